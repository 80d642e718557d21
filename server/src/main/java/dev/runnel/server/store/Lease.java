package dev.runnel.server.store;

/**
 * The right to append to a run's log. Only the node that holds it may, and each write says so.
 *
 * @param run the run's number
 * @param owner the node that took it
 * @param fence greater than that of any lease of the run that was taken before, which it makes void
 */
public record Lease(long run, String owner, long fence) {}
