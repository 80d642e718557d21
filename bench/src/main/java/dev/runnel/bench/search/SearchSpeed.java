package dev.runnel.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.bench.Arguments;
import dev.runnel.bench.Distribution;
import dev.runnel.bench.EmbeddingServer;
import dev.runnel.bench.Folders;
import dev.runnel.bench.ServedProcess;
import dev.runnel.bench.TimedCalls;
import dev.runnel.client.FileUpload;
import dev.runnel.client.RunnelClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fills vector stores through the API, and takes the time of searches and of a start. The vectors come from the words, or are random
 * with {@code --vectors random}, by a model server of this program: what the real model costs is {@link EmbeddingCost}'s. With
 * {@code --folder} the filled server stays in that folder, and the next call searches it. See the module's README.
 */
public final class SearchSpeed {
    private static final int CHUNK_TOKENS = 100;

    /** A word of the vocabulary and the blank after it are some 2.8 tokens. */
    private static final int CHUNK_WORDS = 36;

    private static final int QUERY_WORDS = 4;
    private static final String STORES = "stores.txt";
    private static final String KEY = "sk-bench-search-speed";
    private static final long LOOK_MILLIS = 200;
    private static final double NANOS = 1e9;

    private final int chunks;
    private final int stores;
    private final int searches;
    private final String kept;
    private final Function<String, int[]> vectors;
    private final Vocabulary vocabulary = new Vocabulary();
    private final Random random = new Random(11);

    private SearchSpeed(Arguments arguments) {
        chunks = arguments.integer("chunks", 100_000);
        stores = arguments.integer("stores", 1);
        searches = arguments.integer("searches", 1_000);
        kept = arguments.text("folder", "");
        String kind = arguments.text("vectors", "words");
        vectors = switch (kind) {
            case "words" -> new RareWordVectors(vocabulary)::of;
            case "random" -> SearchSpeed::random;
            default -> throw new IllegalArgumentException("--vectors " + kind + ": there are words and random");
        };
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws Exception {
        new SearchSpeed(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws Exception {
        Path folder = kept.isEmpty() ? Files.createTempDirectory("runnel-search-speed-") : keptFolder();
        try (EmbeddingServer models = EmbeddingServer.start(vectors)) {
            double empty = emptyStart(models.baseUri());
            try (ServedProcess server = server(folder, models.baseUri());
                    TimedCalls calls = new TimedCalls(server.baseUri())) {
                server.awaitListening();
                measure(server, calls, ids(folder, server, calls), empty);
            }
        } finally {
            if (kept.isEmpty()) {
                Folders.delete(folder);
            }
        }
    }

    private Path keptFolder() throws IOException {
        Path folder = Files.createDirectories(Path.of(kept));
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent() && !Files.exists(folder.resolve(STORES))) {
                throw new IllegalArgumentException(folder + " was not filled to the end. Delete it.");
            }
        }
        return folder;
    }

    private void measure(ServedProcess server, TimedCalls calls, List<String> ids, double empty)
            throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "%,d chunks in %,d stores; resident %,d MB%n", chunks, stores,
                resident(server.pid()));
        awaitIndexed(calls, ids);
        search(calls, ids); // to warm up
        System.out.println(Distribution.heading());
        System.out.println(new Distribution(List.of(search(calls, ids))).row("search"));
        server.kill();
        double filled = restart(server);
        System.out.printf(Locale.ROOT, "start: empty %.2f s, filled %.2f s%n", empty, filled);
        awaitIndexed(calls, ids);
        System.out.println(new Distribution(List.of(search(calls, ids))).row("search after start"));
        System.out.printf(Locale.ROOT, "resident %,d MB%n", resident(server.pid()));
    }

    private static ServedProcess server(Path folder, URI models) throws IOException {
        return ServedProcess.runnel(folder, models, List.of(), List.of(
                "--embedding-model", EmbeddingServer.MODEL, "--api-key", "bench=" + KEY));
    }

    /** The second start of an empty server, so that its files are in the cache as those of a filled server are. */
    private static double emptyStart(URI models) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-search-speed-");
        try (ServedProcess server = server(folder, models)) {
            server.awaitListening();
            server.kill();
            return restart(server);
        } finally {
            Folders.delete(folder);
        }
    }

    private static double restart(ServedProcess server) throws IOException, InterruptedException {
        long start = System.nanoTime();
        server.restart();
        server.awaitListening();
        return (System.nanoTime() - start) / NANOS;
    }

    /** The stores' ids, which a folder that is kept has in a file of its own. */
    private List<String> ids(Path folder, ServedProcess server, TimedCalls calls)
            throws IOException, InterruptedException {
        Path list = folder.resolve(STORES);
        if (Files.exists(list)) {
            return Files.readAllLines(list);
        }
        List<String> ids = fill(server.baseUri(), calls);
        Files.write(list, ids);
        return ids;
    }

    private List<String> fill(URI server, TimedCalls calls) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        int each = chunks / stores;
        long start = System.nanoTime();
        try (RunnelClient client = RunnelClient.builder().baseUrl(server.toString()).apiKey(KEY).build()) {
            for (int i = 0; i < stores; i++) {
                String store = calls.post(KEY, "/vector_stores", "{}").path("id").asText();
                ids.add(store);
                for (int left = each; left > 0; left -= 1_000) {
                    byte[] text = text(Math.min(left, 1_000)).getBytes(StandardCharsets.UTF_8);
                    String file = client.files().create(FileUpload.of("words.txt", text, "assistants")).id();
                    calls.post(KEY, "/vector_stores/" + store + "/files", "{\"file_id\": \"" + file
                            + "\", \"chunking_strategy\": {\"type\": \"static\", \"static\": {\"max_chunk_size_tokens\": "
                            + CHUNK_TOKENS + ", \"chunk_overlap_tokens\": 0}}}");
                }
            }
            for (String store : ids) {
                while (client.vectorStores().get(store).fileCounts().inProgress() > 0) {
                    Thread.sleep(LOOK_MILLIS);
                }
            }
        }
        System.out.printf(Locale.ROOT, "filled in %.0f s%n", (System.nanoTime() - start) / NANOS);
        return ids;
    }

    /** The index follows at its own pace, which quick vectors exceed: until it has caught up, searches are answered by a 503. */
    private void awaitIndexed(TimedCalls calls, List<String> ids) throws InterruptedException {
        long start = System.nanoTime();
        boolean indexed = false;
        while (!indexed) {
            try {
                for (String store : ids) {
                    calls.post(KEY, "/vector_stores/" + store + "/search", "{\"query\": \"word\"}");
                }
                indexed = true;
            } catch (IOException e) {
                Thread.sleep(LOOK_MILLIS);
            }
        }
        System.out.printf(Locale.ROOT, "indexed %.0f s later%n", (System.nanoTime() - start) / NANOS);
    }

    /** Each line fills a chunk, and has a subject. */
    private String text(int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            int subject = vocabulary.subject(random);
            for (int word = 0; word < CHUNK_WORDS; word++) {
                text.append(vocabulary.word(subject, random)).append(' ');
            }
            text.append("\n\n");
        }
        return text.toString();
    }

    private long[] search(TimedCalls calls, List<String> ids) throws IOException {
        long[] nanos = new long[searches];
        for (int i = 0; i < searches; i++) {
            String store = ids.get(random.nextInt(ids.size()));
            int subject = vocabulary.subject(random);
            String body = "{\"query\": \"" + IntStream.range(0, QUERY_WORDS)
                    .mapToObj(word -> vocabulary.telling(subject, random)).collect(Collectors.joining(" ")) + "\"}";
            long start = System.nanoTime();
            JsonNode found = calls.post(KEY, "/vector_stores/" + store + "/search", body);
            nanos[i] = System.nanoTime() - start;
            if (!found.path("data").isArray()) {
                throw new IOException("no result: " + found);
            }
        }
        return nanos;
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst().orElse(0);
    }

    private static int[] random(String text) {
        return new Random(text.hashCode()).ints(EmbeddingServer.DIMENSIONS, -999, 1_000).toArray();
    }
}
