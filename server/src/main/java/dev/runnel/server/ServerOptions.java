package dev.runnel.server;

import dev.runnel.server.engine.RunPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a server is set up.
 *
 * @param host the address to listen at
 * @param port the port; 0 for any that is free
 * @param database {@code sqlite:} and a file's path
 * @param heartbeat after how long a silence a run's stream sends a comment
 * @param readerPatience how long the reader of a stream may take nothing of it before he is let go
 * @param runs what runs may take, and what becomes of them
 * @param maxBody how many bytes a request's body may have
 * @param maxFile how many bytes an uploaded file may have
 * @param keys the keys that requests need
 * @param insecure whether it may listen beyond loopback though it asks for no key
 * @param durability what a commit survives
 * @param page whether browsers get the page at {@code /}
 * @param clock what the time is; for tests
 */
public record ServerOptions(
        String host,
        int port,
        String database,
        Duration heartbeat,
        Duration readerPatience,
        RunPolicy runs,
        int maxBody,
        long maxFile,
        ApiKeys keys,
        boolean insecure,
        Durability durability,
        boolean page,
        InstantSource clock) {

    /** The defaults: loopback, port 8080, {@code runnel.db} here, 15 seconds, 60 seconds, 16 MiB and 512 MiB, no keys, the page. */
    public static final ServerOptions DEFAULTS = new ServerOptions(
            "127.0.0.1",
            8080,
            "sqlite:runnel.db",
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            RunPolicy.DEFAULTS,
            16 * 1024 * 1024,
            512L * 1024 * 1024,
            ApiKeys.NONE,
            false,
            Durability.NORMAL,
            true,
            InstantSource.system());

    /** The same, elsewhere. */
    public ServerOptions at(String newHost, int newPort) {
        return new ServerOptions(newHost, newPort, database, heartbeat, readerPatience, runs, maxBody, maxFile, keys,
                insecure, durability, page, clock);
    }

    /** The same, with other data. */
    public ServerOptions database(String url) {
        return new ServerOptions(host, port, url, heartbeat, readerPatience, runs, maxBody, maxFile, keys, insecure,
                durability, page, clock);
    }

    /** The same, with other waits. */
    public ServerOptions waits(Duration newHeartbeat, Duration newRunLifetime) {
        return new ServerOptions(host, port, database, newHeartbeat, readerPatience, runs.lifetime(newRunLifetime),
                maxBody, maxFile, keys, insecure, durability, page, clock);
    }

    /** The same, with more or less patience with readers. */
    public ServerOptions readerPatience(Duration patience) {
        return new ServerOptions(host, port, database, heartbeat, patience, runs, maxBody, maxFile, keys, insecure,
                durability, page, clock);
    }

    /** The same, with another policy for runs. */
    public ServerOptions runs(RunPolicy policy) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, policy, maxBody, maxFile, keys,
                insecure, durability, page, clock);
    }

    /** The same, for larger or smaller requests. */
    public ServerOptions maxBody(int bytes) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, bytes, maxFile, keys,
                insecure, durability, page, clock);
    }

    /** The same, for larger or smaller files. */
    public ServerOptions maxFile(long bytes) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, bytes, keys,
                insecure, durability, page, clock);
    }

    /** The same, for those who have a key. */
    public ServerOptions keys(ApiKeys some) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, maxFile, some,
                insecure, durability, page, clock);
    }

    /** The same, and it may serve anybody. */
    public ServerOptions insecure(boolean anybody) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, maxFile, keys,
                anybody, durability, page, clock);
    }

    /** The same, with commits that survive more or less. */
    public ServerOptions durability(Durability level) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, maxFile, keys,
                insecure, level, page, clock);
    }

    /** The same, with the page or without. */
    public ServerOptions page(boolean served) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, maxFile, keys,
                insecure, durability, served, clock);
    }

    /** The same, at another time; for tests. */
    public ServerOptions clock(InstantSource other) {
        return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxBody, maxFile, keys,
                insecure, durability, page, other);
    }

    /** Whether only this machine reaches it. */
    public boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether it would serve anybody who reaches it, from other machines too. */
    public boolean open() {
        return keys.isEmpty() && !loopback();
    }
}
