package dev.runnel.bench.reliability.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.bench.TimedCalls;
import dev.runnel.client.FileUpload;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileRequest;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Files and their undisturbed ingest, which each round is compared with. Immutable. */
final class Reference {
    /** A key for calls of servers that ask for none. */
    static final String NO_KEY = "none";

    private final List<MarkedFile> files;
    private final Map<ChunkingStrategy, Map<Integer, Ingested>> ingested = new HashMap<>();

    /**
     * A file as it was ingested.
     *
     * @param chunks      the texts, in order
     * @param usageBytes  what they and their vectors take
     */
    record Ingested(List<String> chunks, long usageBytes) {}

    private Reference(List<MarkedFile> files) {
        this.files = List.copyOf(files);
    }

    /** Uploads files, and waits until the server has ingested them in each of the ways that places need. */
    static Reference take(List<MarkedFile> files, RunnelClient client, TimedCalls calls) throws IOException {
        Reference reference = new Reference(files);
        List<String> ids = new ArrayList<>();
        for (MarkedFile file : files) {
            ids.add(client.files().create(FileUpload.of(file.name(), file.content(), "assistants")).id());
        }
        for (Place place : Place.values()) {
            reference.ingest(place, ids, client, calls);
        }
        reference.check();
        return reference;
    }

    /** Ingests the files of a place, but those that were ingested in the same way for another one. */
    private void ingest(Place place, List<String> ids, RunnelClient client, TimedCalls calls) throws IOException {
        Map<Integer, Ingested> there = ingested.computeIfAbsent(place.chunking(), _ -> new HashMap<>());
        List<Integer> missing = IntStream.range(0, files.size())
                .filter(number -> place.takes(number, files.size()) && !there.containsKey(number)).boxed().toList();
        String store = client.vectorStores().create(VectorStoreRequest.named("undisturbed")).id();
        missing.forEach(number -> client.vectorStores()
                .add(store, new StoreFileRequest(ids.get(number), place.chunking(), null)));
        client.vectorStores().await(store);
        for (int number : missing) {
            StoreFile file = client.vectorStores().file(store, ids.get(number));
            if (file.status() != StoreFileStatus.COMPLETED) {
                throw new IOException("the undisturbed ingest failed: " + file);
            }
            there.put(number, new Ingested(chunks(calls, store, file.id()), file.usageBytes()));
        }
    }

    /** The chunks of a store's file, in order. */
    static List<String> chunks(TimedCalls calls, String store, String file) throws IOException {
        List<String> chunks = new ArrayList<>();
        String path = "/vector_stores/" + store + "/files/" + file + "/content";
        for (JsonNode part : calls.get(NO_KEY, path).path("data")) {
            chunks.add(part.path("text").asText());
        }
        return chunks;
    }

    /** Each marker has to be in one chunk, in order, or what the rounds find would say little. */
    private void check() throws IOException {
        for (Map.Entry<Integer, Ingested> each : parts().entrySet()) {
            MarkedFile file = files.get(each.getKey());
            List<String> chunks = each.getValue().chunks();
            int last = -1;
            for (String marker : file.markers()) {
                List<Integer> with = IntStream.range(0, chunks.size())
                        .filter(chunk -> chunks.get(chunk).contains(marker)).boxed().toList();
                if (with.size() != 1 || with.getFirst() < last) {
                    throw new IOException("the undisturbed ingest of " + file + " has lost text: " + chunks);
                }
                last = with.getFirst();
            }
        }
    }

    /** The files. */
    List<MarkedFile> files() {
        return files;
    }

    private Map<Integer, Ingested> parts() {
        return ingested.getOrDefault(Place.SINGLES.chunking(), Map.of());
    }

    /** A file that a place takes, as it is ingested there. */
    Ingested of(Place place, int number) {
        return Objects.requireNonNull(ingested.getOrDefault(place.chunking(), Map.of()).get(number));
    }
}
