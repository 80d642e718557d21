package dev.runnel.cli.servers;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Logs;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.model.Model;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server that the command asks: a running one, or one embedded here, on a free loopback port. The embedded server's data is
 * removed afterwards, unless a database is named.
 */
public final class Target implements AutoCloseable {
    private final RunnelClient client;
    private final @Nullable Embedded embedded;

    /** How to remove what was made here, by its id: the latest first, at the end. */
    private final Map<String, Runnable> borrowed = Collections.synchronizedMap(new LinkedHashMap<>());

    private Target(RunnelClient client, @Nullable Embedded embedded) {
        this.client = client;
        this.embedded = embedded;
    }

    /** @param temporary the folder to remove at the end; null for data that is to be kept */
    private record Embedded(RunnelServer server, Model model, @Nullable Path temporary) {}

    static Target remote(String url, @Nullable String key) {
        return new Target(RunnelClient.builder().baseUrl(base(url)).apiKey(key).proxy(Proxies.of(base(url))).build(),
                null);
    }

    /** A server's URL as a person types it, with what paths begin with. */
    public static String base(String url) {
        String bare = url.replaceAll("/+$", "");
        return bare.endsWith("/v1") ? bare : bare + "/v1";
    }

    /**
     * A server of its own.
     *
     * @param database where it keeps its data; null for data that is gone afterwards
     */
    public static Target embedded(Model model, @Nullable String database) {
        return embedded(model, database, false);
    }

    /**
     * A server of its own.
     *
     * @param database where it keeps its data; null for data that is gone afterwards
     * @param code whether it runs the Python code of models
     */
    public static Target embedded(Model model, @Nullable String database, boolean code) {
        Logs.faultsOnly();
        Path temporary = database == null ? temporaryFolder() : null;
        try {
            ServerOptions options = ServerOptions.local(
                    temporary == null ? String.valueOf(database) : "sqlite:" + temporary.resolve("runnel.db"))
                    .with(ServerOptions.CODE_INTERPRETER, code);
            RunnelServer server = RunnelServer.start(options, model);
            return new Target(
                    client(server.port()),
                    new Embedded(server, model, temporary));
        } catch (RuntimeException | Error e) {
            model.close();
            delete(temporary);
            throw e;
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("runnel-");
        } catch (IOException e) {
            throw new CommandException("cannot write temporary data: " + e
                    + "; RUNNEL_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER names another folder.");
        }
    }

    /** A client of the server in this process, without a proxy. */
    private static RunnelClient client(int port) {
        return RunnelClient.builder()
                .baseUrl("http://127.0.0.1:" + port + "/v1")
                .apiKey(null)
                .transport(new SocketTransport())
                .build();
    }

    public RunnelClient client() {
        return client;
    }

    /** Creates an assistant that exists as long as this target is open. Returns its id. */
    public String assistant(AssistantRequest request) {
        String id = client.assistants().create(request).id();
        removeAtEnd(id, () -> client.assistants().delete(id));
        return id;
    }

    /** Has something that was made here removed when this target is closed. */
    public void removeAtEnd(String id, Runnable removal) {
        borrowed.put(id, removal);
    }

    /** Removes something that was made here. */
    void remove(String id) {
        Runnable removal = borrowed.remove(id);
        if (removal == null) {
            return;
        }
        try {
            removal.run();
        } catch (RunnelException e) {
            Terminal.dim(id + " is still on the server: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        List.copyOf(borrowed.keySet()).reversed().forEach(this::remove);
        client.close();
        if (embedded != null) {
            embedded.server.close();
            embedded.model.close();
            delete(embedded.temporary);
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            Terminal.dim("temporary data was left at " + folder + ": " + e.getMessage());
        }
    }
}
