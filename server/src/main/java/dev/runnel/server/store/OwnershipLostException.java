package dev.runnel.server.store;

/**
 * A write failed because another node has taken the lease. Nothing was written, and nothing more may be written under
 * the lease.
 */
public final class OwnershipLostException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The loss of a lease. */
    public OwnershipLostException(Lease lease) {
        super("the lease of run number " + lease.run() + " was taken by another node after " + lease.owner()
                + " had taken it", null);
    }
}
