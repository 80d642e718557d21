package dev.runnel.server.store;

/**
 * The right to append to a run's log. Only the node that holds the lease may append, and each write checks it.
 *
 * @param run the run's number
 * @param owner the node that took it
 * @param fence greater than the fence of any earlier lease of the run; a new lease makes the earlier ones void
 */
public record Lease(long run, String owner, long fence) {}
