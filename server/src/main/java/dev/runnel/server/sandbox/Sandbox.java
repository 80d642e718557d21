package dev.runnel.server.sandbox;

import java.util.Optional;

/** Keeps sessions in which code is run. Thread-safe. */
public interface Sandbox extends AutoCloseable {
    /** Where a session's files are, for its code. */
    String FOLDER = "/mnt/data";

    /**
     * Begins a session. If there are as many as there may be, the one that has been idle the longest is ended, or, if all
     * have a caller, one of them is waited for. The caller closes the session, which keeps it for later; until then nobody
     * else gets it.
     *
     * @throws SandboxException if there is no room for one for a minute, or none can be started
     */
    Session begin() throws InterruptedException;

    /**
     * Takes a session that is kept. If somebody else has it, this waits. The caller closes the session, as one that it has
     * begun.
     *
     * @return empty if the session has ended
     * @throws SandboxException if somebody else has the session for more than a minute
     */
    Optional<Session> resume(String id) throws InterruptedException;

    /** Ends a session with all its processes and files, at once, whoever has it. Does nothing if it has ended. */
    void end(String id);

    /** Whether other nodes find the same sessions by their ids. */
    boolean shared();

    /** Where code is run and by what it is limited, in words for an operator. */
    String inWords();

    /** Ends all sessions. */
    @Override
    void close();
}
