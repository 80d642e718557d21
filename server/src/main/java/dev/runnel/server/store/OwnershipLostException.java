package dev.runnel.server.store;

/**
 * A write failed because the lease no longer holds: another node took it, or this node gave it up after a failure. Nothing
 * was written, and nothing more may be written under the lease.
 */
public final class OwnershipLostException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The loss of a lease. */
    public OwnershipLostException(Lease lease) {
        super(lease.owner() + " no longer holds the lease of run number " + lease.run(), null);
    }
}
