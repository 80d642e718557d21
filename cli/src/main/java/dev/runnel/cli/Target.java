package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.ServerOptions;
import dev.runnel.server.model.DemoModel;
import dev.runnel.server.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server that is asked: one that runs elsewhere, or one embedded here, on a free loopback port, its data gone afterwards unless a
 * database is named.
 */
final class Target implements AutoCloseable {
    /** Which model of many is meant, when nobody says: small and general ones. */
    private static final List<String> USUAL = List.of("gpt-4o-mini", "gpt-4.1-mini", "gpt-5-mini");

    private static final int LISTED = 8;

    private final RunnelClient client;
    private final @Nullable Embedded embedded;

    private Target(RunnelClient client, @Nullable Embedded embedded) {
        this.client = client;
        this.embedded = embedded;
    }

    /** @param temporary the folder to remove at the end; null for data that is to be kept */
    private record Embedded(RunnelServer server, Model model, @Nullable Path temporary) {}

    static Target remote(String url, @Nullable String key) {
        return new Target(RunnelClient.builder().baseUrl(base(url)).apiKey(key).build(), null);
    }

    /** A server's URL as a person types it, with what paths begin with. */
    static String base(String url) {
        String bare = url.replaceAll("/+$", "");
        return bare.endsWith("/v1") ? bare : bare + "/v1";
    }

    /**
     * A server of its own.
     *
     * @param database where it keeps its data; null for data that is gone afterwards
     */
    static Target embedded(Model model, @Nullable String database) {
        if (model instanceof DemoModel) {
            Terminal.dim(
                    "The built-in demo model answers: it makes up small stories and knows nothing. For a real one, pass"
                            + " --model-url URL or set OPENAI_API_KEY.");
        }
        Logs.warningsOnly();
        Path temporary = database == null ? temporaryFolder() : null;
        try {
            ServerOptions options = ServerOptions.builder().at("127.0.0.1", 0)
                    .database(
                            temporary == null ? String.valueOf(database) : "sqlite:" + temporary.resolve("runnel.db"))
                    .build();
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
            throw new Failures.CommandException("there is no place for temporary data: " + e
                    + "; RUNNEL_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER names another.");
        }
    }

    /** Of a server in this process, to which no proxy leads. */
    private static RunnelClient client(int port) {
        return RunnelClient.builder()
                .baseUrl("http://127.0.0.1:" + port + "/v1")
                .apiKey(null)
                .transport(new SocketTransport())
                .build();
    }

    RunnelClient client() {
        return client;
    }

    /** The one model that the server offers; of several, one that is commonly meant. */
    String onlyModel() {
        List<String> names = client.models().list().stream().map(ModelInfo::id).toList();
        if (names.size() == 1) {
            return names.getFirst();
        }
        return USUAL.stream().filter(names::contains).findFirst().orElseThrow(() -> {
            String some = names.stream().limit(LISTED).collect(Collectors.joining(", "));
            String offer = names.isEmpty() ? "it names none"
                    : "it offers " + some + (names.size() > LISTED ? ", …" : "");
            return new Failures.CommandException("which model? Pass --model NAME; " + offer + ".");
        });
    }

    /** Of models that are offered, one to try: a usual one, or else the first that may write; null of none. */
    static @Nullable String oneOf(List<String> names) {
        return Stream.concat(USUAL.stream().filter(names::contains),
                Stream.concat(names.stream().filter(name -> !name.contains("embed")), names.stream()))
                .findFirst().orElse(null);
    }

    @Override
    public void close() {
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
