package dev.runnel.bench.reliability;

import java.io.IOException;

/** The server that is struck while runs are under way, alone or one of several on one database. For one thread. */
interface CrashTarget extends AutoCloseable {
    /** Clients of it; the caller closes them. */
    Clients clients();

    /** Strikes it: from now on at least a part of it does not work. */
    void strike() throws IOException, InterruptedException;

    /** Undoes what {@link #strike} did, at once or when it has lasted long enough. */
    void recover() throws IOException, InterruptedException;

    /** Returns when all of it takes requests. */
    void awaitReady() throws IOException, InterruptedException;

    @Override
    void close();
}
