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
import java.util.stream.IntStream;

/** Files and their undisturbed ingest, which each round is compared with. Immutable. */
final class Reference {
    /** A key for calls of servers that ask for none. */
    static final String NO_KEY = "none";

    private final List<MarkedFile> files;
    private final Map<ChunkingStrategy, List<Ingested>> ingested = new HashMap<>();

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
            ChunkingStrategy.Static chunking = place.chunking();
            if (!reference.ingested.containsKey(chunking)) {
                String store = client.vectorStores().create(VectorStoreRequest.named("undisturbed")).id();
                ids.forEach(id -> client.vectorStores().add(store, new StoreFileRequest(id, chunking, null)));
                client.vectorStores().await(store);
                List<Ingested> all = new ArrayList<>();
                for (String id : ids) {
                    StoreFile file = client.vectorStores().file(store, id);
                    if (file.status() != StoreFileStatus.COMPLETED) {
                        throw new IOException("the undisturbed ingest failed: " + file);
                    }
                    all.add(new Ingested(chunks(calls, store, id), file.usageBytes()));
                }
                reference.ingested.put(chunking, all);
            }
        }
        reference.check();
        return reference;
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
        List<Ingested> all = of(Place.SINGLES);
        for (int i = 0; i < files.size(); i++) {
            List<String> chunks = all.get(i).chunks();
            int last = -1;
            for (String marker : files.get(i).markers()) {
                List<Integer> with = IntStream.range(0, chunks.size())
                        .filter(chunk -> chunks.get(chunk).contains(marker)).boxed().toList();
                if (with.size() != 1 || with.getFirst() < last) {
                    throw new IOException("the undisturbed ingest of " + files.get(i) + " has lost text: " + chunks);
                }
                last = with.getFirst();
            }
        }
    }

    /** The files. */
    List<MarkedFile> files() {
        return files;
    }

    /** The files, as they are ingested in a place. */
    List<Ingested> of(Place place) {
        return ingested.getOrDefault(place.chunking(), List.of());
    }
}
