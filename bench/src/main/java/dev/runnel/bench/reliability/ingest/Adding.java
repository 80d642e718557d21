package dev.runnel.bench.reliability.ingest;

import dev.runnel.client.ApiException;
import dev.runnel.client.FileUpload;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.FileBatchRequest;
import dev.runnel.protocol.vectorstore.StoreFileRequest;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Uploads files and adds them to stores in all ways there are, many requests at once, and deletes a file and a store meanwhile. A request
 * that is not answered is sent again. For one use; the results are for any thread.
 */
final class Adding {
    private static final int NOT_FOUND = 404;

    private final RunnelClient client;
    private final Insistence insist;
    private final String prefix;
    private final List<MarkedFile> files;
    private final Duration pause;
    private final Map<Integer, FileObject> uploaded = new ConcurrentHashMap<>();
    private final Map<Place, String> stores = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile @Nullable String thread;
    private volatile @Nullable FileBatch batch;

    /**
     * Something to do.
     *
     * @param prefix of all names
     * @param pause before the deletions
     */
    Adding(RunnelClient client, Insistence insist, String prefix, List<MarkedFile> files, Duration pause) {
        this.client = client;
        this.insist = insist;
        this.prefix = prefix;
        this.files = files;
        this.pause = pause;
    }

    /** Does it all. */
    void run() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            stores.put(Place.SINGLES, create(Place.SINGLES, List.of()));
            stores.put(Place.BATCH, create(Place.BATCH, List.of()));
            String conversation = answer(() -> client.threads().create(new ThreadRequest(null, null, null))).id();
            thread = conversation;
            List<Callable<Boolean>> each = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                int file = i;
                each.add(() -> addOne(file, conversation));
            }
            all(threads, each);
            all(threads, List.of(
                    () -> {
                        batch = answer(() -> client.vectorStores().add(store(Place.BATCH), new FileBatchRequest(
                                ids(Place.BATCH), null, Place.BATCH.chunking(), null)));
                        return true;
                    },
                    () -> stores.put(Place.CREATED, create(Place.CREATED, ids(Place.CREATED))),
                    () -> stores.put(Place.DOOMED, create(Place.DOOMED, ids(Place.DOOMED)))));
            Thread.sleep(pause);
            all(threads, List.of(this::deleteFile, this::deleteStore, this::addDeletedFile, this::addToDeletedStore));
        }
    }

    private static <T> void all(ExecutorService threads, List<Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        for (Future<T> each : threads.invokeAll(tasks)) {
            each.get();
        }
    }

    private <T> T answer(Supplier<T> request) throws InterruptedException {
        T answer = insist.on(request);
        answered.incrementAndGet();
        return answer;
    }

    private String create(Place place, List<String> ids) throws InterruptedException {
        return answer(() -> client.vectorStores().create(new VectorStoreRequest(
                prefix + place, null, ids, null, ids.isEmpty() ? null : place.chunking(), null))).id();
    }

    private Boolean addOne(int number, String conversation) throws InterruptedException {
        MarkedFile file = files.get(number);
        FileObject object = answer(() -> client.files().create(
                FileUpload.of(prefix + file.name(), file.content(), "assistants")));
        uploaded.put(number, object);
        if (Place.SINGLES.takes(number, files.size())) {
            answer(() -> add(Place.SINGLES, number));
        }
        if (Place.ATTACHED.takes(number, files.size())) {
            answer(() -> client.messages().create(
                    conversation,
                    MessageRequest.user("See " + file).withAttachment(object.id(), new Tool.FileSearch(null))));
        }
        return true;
    }

    private boolean add(Place place, int number) {
        client.vectorStores().add(store(place), new StoreFileRequest(id(number), place.chunking(), null));
        return true;
    }

    private Boolean deleteFile() throws InterruptedException {
        return unlessGone(() -> client.files().delete(id(doomedFile())) != null);
    }

    private Boolean deleteStore() throws InterruptedException {
        return unlessGone(() -> client.vectorStores().delete(store(Place.DOOMED)) != null);
    }

    /** While it is deleted: it is refused, or taken out again. */
    private Boolean addDeletedFile() throws InterruptedException {
        return unlessGone(() -> add(Place.SINGLES, doomedFile()));
    }

    /** While it is deleted. */
    private Boolean addToDeletedStore() throws InterruptedException {
        return unlessGone(() -> add(Place.DOOMED, 1));
    }

    private boolean unlessGone(Supplier<Boolean> request) throws InterruptedException {
        try {
            return answer(request);
        } catch (ApiException e) {
            if (e.status() != NOT_FOUND) {
                throw e;
            }
            answered.incrementAndGet();
            return true;
        }
    }

    private List<String> ids(Place place) {
        return numbers(place).stream().map(this::id).toList();
    }

    /** The files of a place, those that are deleted included. */
    private List<Integer> numbers(Place place) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            if (place.takes(i, files.size())) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** The numbers of the files that a place has in the end. */
    List<Integer> remaining(Place place) {
        return numbers(place).stream().filter(number -> number != doomedFile()).toList();
    }

    /** The number of the file that is deleted. */
    int doomedFile() {
        return Place.doomedFile(files.size());
    }

    /** The id of a file that was uploaded. */
    String id(int number) {
        return uploadedFile(number).id();
    }

    private FileObject uploadedFile(int number) {
        FileObject file = uploaded.get(number);
        if (file == null) {
            throw new IllegalStateException(files.get(number) + " was not uploaded");
        }
        return file;
    }

    /** The id of a store that was created. */
    String store(Place place) {
        String store = stores.get(place);
        if (store == null) {
            throw new IllegalStateException("the store " + place + " was not created");
        }
        return store;
    }

    /** The stores that there are by now. */
    List<String> stores() {
        return List.copyOf(stores.values());
    }

    /** Notes the store that the thread has got. */
    void found(String threadStore) {
        stores.put(Place.ATTACHED, threadStore);
    }

    /** The thread's id, once there is one. */
    @Nullable
    String thread() {
        return thread;
    }

    /** The batch as it was created, once there is one. */
    @Nullable
    FileBatch batch() {
        return batch;
    }

    /** How many requests have been answered. */
    int answered() {
        return answered.get();
    }

    /** How many requests there are in all. */
    int requests() {
        int around = 10; // two stores, a thread, a batch, two more stores, two deletions and what runs against them
        return files.size() + numbers(Place.SINGLES).size() + numbers(Place.ATTACHED).size() + around;
    }

    /** How many files can be seen to be completed in the end: not those that are deleted, and those of the thread's store. */
    int visibleIngests() {
        return remaining(Place.SINGLES).size() + remaining(Place.BATCH).size() + remaining(Place.CREATED).size();
    }

    /** How many times a file is to be ingested. */
    int ingests() {
        int sum = 0;
        for (Place place : Place.values()) {
            sum += numbers(place).size();
        }
        return sum;
    }
}
