package dev.runnel.server;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Durability;
import dev.runnel.server.engine.runs.RunPolicy;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.Timers;
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
 * @param maxConnections how many connections there may be at once; 0 for as many as the limit of open files leaves room for
 * @param maxBody how many bytes a request's body may have
 * @param maxFile how many bytes an uploaded file may have
 * @param keys the keys that requests need
 * @param origins the origins of other servers' web pages that may send requests
 * @param insecure whether it may listen beyond loopback though it asks for no key
 * @param durability what a commit survives
 * @param page whether browsers get the page at {@code /}
 * @param clock what the time is; for tests
 * @param timers what has tasks run at their times; for tests
 */
public record ServerOptions(
        String host,
        int port,
        String database,
        Duration heartbeat,
        Duration readerPatience,
        RunPolicy runs,
        int maxConnections,
        int maxBody,
        long maxFile,
        ApiKeys keys,
        AllowedOrigins origins,
        boolean insecure,
        Durability durability,
        boolean page,
        InstantSource clock,
        Timers timers) {

    /** The defaults: loopback, port 8080, {@code runnel.db} here, 15 seconds, 60 seconds, 16 MiB and 512 MiB, no keys, the page. */
    public static final ServerOptions DEFAULTS = new Builder().build();

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.host = host;
        builder.port = port;
        builder.database = database;
        builder.heartbeat = heartbeat;
        builder.readerPatience = readerPatience;
        builder.runs = runs;
        builder.maxConnections = maxConnections;
        builder.maxBody = maxBody;
        builder.maxFile = maxFile;
        builder.keys = keys;
        builder.origins = origins;
        builder.insecure = insecure;
        builder.durability = durability;
        builder.page = page;
        builder.clock = clock;
        builder.timers = timers;
        return builder;
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

    /** Options to be, each with its default until it is set. For one thread. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 8080;
        private String database = "sqlite:runnel.db";
        private Duration heartbeat = Duration.ofSeconds(15);
        private Duration readerPatience = Duration.ofSeconds(60);
        private RunPolicy runs = RunPolicy.DEFAULTS;
        private int maxConnections;
        private int maxBody = 16 * 1024 * 1024;
        private long maxFile = 512L * 1024 * 1024;
        private ApiKeys keys = ApiKeys.NONE;
        private AllowedOrigins origins = AllowedOrigins.NONE;
        private boolean insecure;
        private Durability durability = Durability.NORMAL;
        private boolean page = true;
        private InstantSource clock = InstantSource.system();
        private Timers timers = SystemTimers.get();

        private Builder() {}

        /** Listens at another address and port. */
        public Builder at(String newHost, int newPort) {
            host = newHost;
            port = newPort;
            return this;
        }

        /** {@code sqlite:} and a file's path. */
        public Builder database(String value) {
            database = value;
            return this;
        }

        /** After how long a silence a run's stream sends a comment. */
        public Builder heartbeat(Duration value) {
            heartbeat = value;
            return this;
        }

        /** How long the reader of a stream may take nothing of it before he is let go. */
        public Builder readerPatience(Duration value) {
            readerPatience = value;
            return this;
        }

        /** What runs may take, and what becomes of them. */
        public Builder runs(RunPolicy value) {
            runs = value;
            return this;
        }

        /** How many connections there may be at once; 0 for as many as the limit of open files leaves room for. */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /** How many bytes a request's body may have. */
        public Builder maxBody(int value) {
            maxBody = value;
            return this;
        }

        /** How many bytes an uploaded file may have. */
        public Builder maxFile(long value) {
            maxFile = value;
            return this;
        }

        /** The keys that requests need. */
        public Builder keys(ApiKeys value) {
            keys = value;
            return this;
        }

        /** The origins of other servers' web pages that may send requests. */
        public Builder origins(AllowedOrigins value) {
            origins = value;
            return this;
        }

        /** Whether it may listen beyond loopback though it asks for no key. */
        public Builder insecure(boolean value) {
            insecure = value;
            return this;
        }

        /** What a commit survives. */
        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        /** Whether browsers get the page at {@code /}. */
        public Builder page(boolean value) {
            page = value;
            return this;
        }

        /** What the time is; for tests. */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /** What has tasks run at their times; for tests. */
        public Builder timers(Timers value) {
            timers = value;
            return this;
        }

        /** The options. */
        public ServerOptions build() {
            return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, maxConnections,
                    maxBody, maxFile, keys, origins, insecure, durability, page, clock, timers);
        }
    }
}
