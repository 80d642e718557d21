package dev.runnel.bench.reliability.servers;

import dev.runnel.bench.ServedProcess;
import dev.runnel.client.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What is struck while something is under way: a server alone, or one of several on one database. For one thread. */
public interface CrashTarget extends AutoCloseable {
    /**
     * Starts it; it is not ready yet.
     *
     * @param several the servers on one database; null for one with its own
     * @param folder  where logs lie, and the database of a server alone
     * @param model   the base URL of the model server
     * @param options further options of {@code serve}
     * @param random  chooses who is struck
     */
    static CrashTarget start(
            @Nullable Several several, Path folder, URI model, List<String> options, Random random)
            throws IOException {
        // Temporary files lie below the folder, so that what is left of them can be found.
        List<String> java = List.of(
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + folder.toAbsolutePath());
        return several == null
                ? new OneServer(ServedProcess.runnel(folder, model, java, options), OneServer.database(folder))
                : NodeGroup.start(several, folder, model, java, options, random);
    }

    /** The base URLs of all servers. */
    List<URI> servers();

    /** The URL of the database. */
    String database();

    /** Sends requests to any of the servers, whatever host they name. The caller closes it. */
    Transport transport();

    /** Strikes it: from now on at least a part of it does not work. */
    void strike() throws IOException, InterruptedException;

    /** Undoes what {@link #strike} did, at once or when it has lasted long enough. */
    void recover() throws IOException, InterruptedException;

    /** Returns when all of it takes requests. */
    void awaitReady() throws IOException, InterruptedException;

    @Override
    void close();
}
