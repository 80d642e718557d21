package dev.runnel.bench.reliability.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.bench.Faults;
import dev.runnel.bench.TimedCalls;
import dev.runnel.client.ApiException;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.protocol.vectorstore.VectorStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Compares the stores of a round, once all files have ended, with an undisturbed ingest. For one use, by one thread. */
final class IngestCheck {
    private static final int NOT_FOUND = 404;

    private final RunnelClient client;
    private final TimedCalls calls;
    private final Insistence insist;
    private final Adding adding;
    private final Reference reference;
    private final Faults<IngestFault> faults;
    private long chunks;

    IngestCheck(RunnelClient client, TimedCalls calls, Insistence insist, Adding adding, Reference reference,
            Faults<IngestFault> faults) {
        this.client = client;
        this.calls = calls;
        this.insist = insist;
        this.adding = adding;
        this.reference = reference;
        this.faults = faults;
    }

    /** Checks all but what searches find, and returns how many chunks it has compared. */
    long check(String prefix) throws IOException, InterruptedException {
        for (Place place : Place.values()) {
            if (place != Place.DOOMED) {
                checkStore(place);
            }
        }
        checkBatch();
        gone("the file that was deleted", () -> client.files().get(adding.id(adding.doomedFile())));
        gone("the store that was deleted", () -> client.vectorStores().get(adding.store(Place.DOOMED)));
        checkUploads(prefix);
        return chunks;
    }

    private void checkStore(Place place) throws IOException, InterruptedException {
        String id = adding.store(place);
        VectorStore store = insist.on(() -> client.vectorStores().get(id));
        List<StoreFile> files = insist.on(() -> client.vectorStores().files(id).stream().toList());
        Map<String, StoreFile> byId = new HashMap<>();
        for (StoreFile file : files) {
            if (byId.put(file.id(), file) != null) {
                faults.add(IngestFault.TWICE, file + " is listed twice in the store " + place);
            }
        }
        List<Integer> expected = adding.remaining(place);
        long usage = 0;
        for (int number : expected) {
            StoreFile file = byId.remove(adding.id(number));
            Reference.Ingested wanted = reference.of(place, number);
            usage += wanted.usageBytes();
            if (file == null) {
                faults.add(IngestFault.LOST, name(place, number));
            } else {
                checkFile(place, number, file, wanted);
            }
        }
        byId.values().forEach(file -> faults.add(IngestFault.UNDELETED, file + " is in the store " + place));
        FileCounts counts = new FileCounts(0, expected.size(), 0, 0, expected.size());
        if (!counts.equals(store.fileCounts())) {
            faults.add(IngestFault.COUNTS, "the store " + place + " has " + store.fileCounts() + ", not " + counts);
        }
        if (usage != store.usageBytes()) {
            faults.add(IngestFault.USAGE, "the store " + place + " has " + store.usageBytes() + " bytes, not " + usage);
        }
    }

    private String name(Place place, int number) {
        return reference.files().get(number) + " in the store " + place;
    }

    private void checkFile(Place place, int number, StoreFile file, Reference.Ingested wanted) throws IOException {
        if (file.status() != StoreFileStatus.COMPLETED) {
            faults.add(
                    file.status() == StoreFileStatus.IN_PROGRESS ? IngestFault.ENDLESS : IngestFault.FAILED,
                    name(place, number) + ": " + file.status() + " " + file.lastError());
            return;
        }
        if (file.usageBytes() != wanted.usageBytes()) {
            faults.add(
                    IngestFault.USAGE,
                    name(place, number) + " has " + file.usageBytes() + " bytes, not " + wanted.usageBytes());
        }
        List<String> found = Reference.chunks(calls, adding.store(place), file.id());
        chunks += found.size();
        if (!found.equals(wanted.chunks())) {
            faults.add(IngestFault.CONTENT, name(place, number) + ": " + found + ", not " + wanted.chunks());
        }
    }

    private void checkBatch() throws IOException {
        FileBatch created = Objects.requireNonNull(adding.batch());
        JsonNode batch = calls.get(Reference.NO_KEY,
                "/vector_stores/" + created.vectorStoreId() + "/file_batches/" + created.id());
        int files = adding.remaining(Place.BATCH).size();
        if (batch.at("/file_counts/completed").asInt() != files || batch.at("/file_counts/total").asInt() != files) {
            faults.add(IngestFault.COUNTS, "the batch of " + files + " files is " + batch);
        }
    }

    private void gone(String what, Supplier<?> request) throws InterruptedException {
        try {
            faults.add(IngestFault.UNDELETED, what + ": " + insist.on(request));
        } catch (ApiException e) {
            if (e.status() != NOT_FOUND) {
                faults.add(IngestFault.LOST, what + ": " + e);
            }
        } catch (RunnelException e) {
            faults.add(IngestFault.LOST, what + ": " + e);
        }
    }

    /** A file is there twice at most if its upload was sent twice, as the answer to the first one was lost. */
    private void checkUploads(String prefix) throws InterruptedException {
        List<FileObject> files = new ArrayList<>(insist.on(() -> client.files().list().stream()
                .filter(file -> file.filename().startsWith(prefix)).toList()));
        int more = files.size() - (reference.files().size() - 1);
        if (more > insist.lost()) {
            faults.add(IngestFault.TWICE, more + " files more than were uploaded");
        }
    }
}
