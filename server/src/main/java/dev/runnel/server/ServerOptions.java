package dev.runnel.server;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Durability;
import dev.runnel.server.engine.runs.RunPolicy;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.filesearch.SearchPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The options of a server.
 *
 * @param host the address to listen at
 * @param port the port; 0 for any that is free
 * @param database {@code sqlite:} and a file's path, or {@code postgresql://user:password@host:port/name}
 * @param heartbeat how long a run's stream may be silent before the server sends a comment
 * @param readerPatience how long a client may read nothing of a response before the server closes the connection
 * @param runs the limits of runs, how long runs and their events last, and what happens after a fault
 * @param search how runs search files
 * @param maxConnections the most connections at once; 0 for as many as the limit of open files leaves room for
 * @param maxBody the largest body of a request, in bytes
 * @param maxFile the largest uploaded file, in bytes
 * @param keys the API keys, of which a request needs one; with none, requests need no key
 * @param origins the origins of other servers' web pages that may send requests
 * @param insecure whether a server without keys may listen beyond loopback
 * @param durability which failures a commit survives
 * @param embeddingModel which model of the model server embeds what vector stores hold; null for the built-in one
 * @param page whether browsers get the server's web page at {@code /}
 * @param clock tells the time; tests replace it
 * @param timers run tasks at their times; tests replace them
 */
public record ServerOptions(
        String host,
        int port,
        String database,
        Duration heartbeat,
        Duration readerPatience,
        RunPolicy runs,
        SearchPolicy search,
        int maxConnections,
        int maxBody,
        long maxFile,
        ApiKeys keys,
        AllowedOrigins origins,
        boolean insecure,
        Durability durability,
        @Nullable String embeddingModel,
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
        builder.search = search;
        builder.maxConnections = maxConnections;
        builder.maxBody = maxBody;
        builder.maxFile = maxFile;
        builder.keys = keys;
        builder.origins = origins;
        builder.insecure = insecure;
        builder.durability = durability;
        builder.embeddingModel = embeddingModel;
        builder.page = page;
        builder.clock = clock;
        builder.timers = timers;
        return builder;
    }

    /** Whether only this machine can reach the server. */
    public boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether anybody may use the server from other machines: it listens beyond loopback and has no keys. */
    public boolean open() {
        return keys.isEmpty() && !loopback();
    }

    /** Builds options. Each option has its default until it is set. For one thread. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 8080;
        private String database = "sqlite:runnel.db";
        private Duration heartbeat = Duration.ofSeconds(15);
        private Duration readerPatience = Duration.ofSeconds(60);
        private RunPolicy runs = RunPolicy.DEFAULTS;
        private SearchPolicy search = SearchPolicy.DEFAULTS;
        private int maxConnections;
        private int maxBody = 16 * 1024 * 1024;
        private long maxFile = 512L * 1024 * 1024;
        private ApiKeys keys = ApiKeys.NONE;
        private AllowedOrigins origins = AllowedOrigins.NONE;
        private boolean insecure;
        private Durability durability = Durability.NORMAL;
        private @Nullable String embeddingModel;
        private boolean page = true;
        private InstantSource clock = InstantSource.system();
        private Timers timers = SystemTimers.get();

        private Builder() {}

        /** The address and the port to listen at; port 0 for any that is free. */
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

        /** How long a run's stream may be silent before the server sends a comment. */
        public Builder heartbeat(Duration value) {
            heartbeat = value;
            return this;
        }

        /** How long a client may read nothing of a response before the server closes the connection. */
        public Builder readerPatience(Duration value) {
            readerPatience = value;
            return this;
        }

        /** The limits of runs, how long runs and their events last, and what happens after a fault. */
        public Builder runs(RunPolicy value) {
            runs = value;
            return this;
        }

        /** How runs search files. */
        public Builder search(SearchPolicy value) {
            search = value;
            return this;
        }

        /** The most connections at once; 0 for as many as the limit of open files leaves room for. */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /** The largest body of a request, in bytes. */
        public Builder maxBody(int value) {
            maxBody = value;
            return this;
        }

        /** The largest uploaded file, in bytes. */
        public Builder maxFile(long value) {
            maxFile = value;
            return this;
        }

        /** The API keys, of which a request needs one; with none, requests need no key. */
        public Builder keys(ApiKeys value) {
            keys = value;
            return this;
        }

        /** The origins of other servers' web pages that may send requests. */
        public Builder origins(AllowedOrigins value) {
            origins = value;
            return this;
        }

        /** Whether a server without keys may listen beyond loopback. */
        public Builder insecure(boolean value) {
            insecure = value;
            return this;
        }

        /** Which failures a commit survives. */
        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        /** Which model of the model server embeds what vector stores hold; null for the built-in one. */
        public Builder embeddingModel(@Nullable String value) {
            embeddingModel = value;
            return this;
        }

        /** Whether browsers get the server's web page at {@code /}. */
        public Builder page(boolean value) {
            page = value;
            return this;
        }

        /** Tells the time; tests replace it. */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /** Run tasks at their times; tests replace them. */
        public Builder timers(Timers value) {
            timers = value;
            return this;
        }

        /** The options. */
        public ServerOptions build() {
            return new ServerOptions(host, port, database, heartbeat, readerPatience, runs, search, maxConnections,
                    maxBody, maxFile, keys, origins, insecure, durability, embeddingModel, page, clock, timers);
        }
    }
}
