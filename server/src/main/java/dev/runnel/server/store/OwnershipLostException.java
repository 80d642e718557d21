package dev.runnel.server.store;

/** Another node has taken the lease by whose right something was to be written: nothing was, and nothing more may be. */
public final class OwnershipLostException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The loss of a lease. */
    public OwnershipLostException(Lease lease) {
        super("the lease of run number " + lease.run() + " was taken by another node after " + lease.owner()
                + " had taken it", null);
    }
}
