package dev.runnel.server;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a server is set up.
 *
 * @param host the address to listen at
 * @param port the port; 0 for any that is free
 * @param database {@code sqlite:} and a file's path
 * @param heartbeat after how long a silence a run's stream sends a comment
 * @param runLifetime how long after its creation a run expires
 * @param maxBody how many bytes a request's body may have
 * @param maxFile how many bytes an uploaded file may have
 * @param clock what the time is; for tests
 */
public record ServerOptions(
        String host,
        int port,
        String database,
        Duration heartbeat,
        Duration runLifetime,
        int maxBody,
        long maxFile,
        InstantSource clock) {

    /** The defaults: loopback, port 8080, {@code runnel.db} here, 15 seconds, 10 minutes, 16 MiB, 512 MiB. */
    public static final ServerOptions DEFAULTS = new ServerOptions(
            "127.0.0.1",
            8080,
            "sqlite:runnel.db",
            Duration.ofSeconds(15),
            Duration.ofMinutes(10),
            16 * 1024 * 1024,
            512L * 1024 * 1024,
            InstantSource.system());

    /** The same, elsewhere. */
    public ServerOptions at(String newHost, int newPort) {
        return new ServerOptions(newHost, newPort, database, heartbeat, runLifetime, maxBody, maxFile, clock);
    }

    /** The same, with other data. */
    public ServerOptions database(String url) {
        return new ServerOptions(host, port, url, heartbeat, runLifetime, maxBody, maxFile, clock);
    }

    /** The same, with other waits. */
    public ServerOptions waits(Duration newHeartbeat, Duration newRunLifetime) {
        return new ServerOptions(host, port, database, newHeartbeat, newRunLifetime, maxBody, maxFile, clock);
    }
}
