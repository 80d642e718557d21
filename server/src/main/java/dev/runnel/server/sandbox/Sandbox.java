package dev.runnel.server.sandbox;

/** Keeps sessions in which code is run. Thread-safe. */
public interface Sandbox extends AutoCloseable {
    /** Where a session's files are, for its code. */
    String FOLDER = "/mnt/data";

    /**
     * Takes the session of a name: the one that is kept, or else a new one. Two names never share one. The caller closes
     * it, which keeps it for later; until then nobody else gets it.
     *
     * @throws SandboxException if there is no room for one for a while, or none can be started
     */
    Session take(String name) throws InterruptedException;

    /** Ends the session of a name, if there is one. */
    void end(String name);

    /** Ends all sessions. */
    @Override
    void close();
}
