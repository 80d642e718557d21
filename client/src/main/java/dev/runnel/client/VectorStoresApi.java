package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.FileBatchRequest;
import dev.runnel.protocol.vectorstore.SearchRequest;
import dev.runnel.protocol.vectorstore.SearchResult;
import dev.runnel.protocol.vectorstore.SearchResults;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileRequest;
import dev.runnel.protocol.vectorstore.StoreStatus;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.protocol.vectorstore.VectorStoreChange;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static dev.runnel.client.exchange.Paths.segment;

/**
 * Vector stores: collections of files that can be searched together, by a program and by the runs of assistants. Thread-safe.
 *
 * <pre>{@code
 * VectorStore store = client.vectorStores().create(VectorStoreRequest.named("handbook"));
 * client.vectorStores().uploadFolder(store.id(), Path.of("docs"));
 * client.vectorStores().await(store.id());
 * List<SearchResult> results = client.vectorStores().search(store.id(), SearchRequest.of("How long is the warranty?"));
 * }</pre>
 */
public final class VectorStoresApi {
    /** How many files one batch may have. */
    private static final int BATCH = 500;

    private final Requester requester;
    private final Async async;

    VectorStoresApi(Requester requester, Async async) {
        this.requester = requester;
        this.async = async;
    }

    /** Creates a store. Its files are not searchable at once: {@link #await} waits for them. */
    public VectorStore create(VectorStoreRequest request) {
        return requester.post("/vector_stores", request, VectorStore.class);
    }

    /** A store by its id. */
    public VectorStore get(String id) {
        return requester.get(path(id), VectorStore.class);
    }

    /** All stores. */
    public Pages<VectorStore> list() {
        return Pages.of(requester, "/vector_stores", VectorStore.class);
    }

    /** Changes the fields that the request names. The other fields keep their values. */
    public VectorStore modify(String id, VectorStoreChange change) {
        return requester.post(path(id), change, VectorStore.class);
    }

    /** Deletes a store. Its files stay. */
    public Deleted delete(String id) {
        return requester.delete(path(id), Deleted.class);
    }

    /** The passages of a store's files that answer a query best, the best first. */
    public List<SearchResult> search(String id, SearchRequest request) {
        return requester.ask(Call.post(path(id) + "/search", request).safeToRepeat(), SearchResults.class).data();
    }

    /** The files of a store. */
    public Pages<StoreFile> files(String id) {
        return Pages.of(requester, path(id) + "/files", StoreFile.class);
    }

    /** A file of a store. */
    public StoreFile file(String id, String fileId) {
        return requester.get(path(id) + "/files/" + segment(fileId), StoreFile.class);
    }

    /** Adds a file that was uploaded. It is not searchable at once. */
    public StoreFile add(String id, StoreFileRequest request) {
        return requester.post(path(id) + "/files", request, StoreFile.class);
    }

    /** Adds files that were uploaded. They are not searchable at once. */
    public FileBatch add(String id, FileBatchRequest request) {
        return requester.post(path(id) + "/file_batches", request, FileBatch.class);
    }

    /** Takes a file out of a store. The file itself stays. */
    public Deleted remove(String id, String fileId) {
        return requester.delete(path(id) + "/files/" + segment(fileId), Deleted.class);
    }

    /**
     * Uploads files, one after another, and adds them to a store. They are not searchable at once: {@link #await} waits for
     * them.
     *
     * @param files for the purpose {@code assistants}
     * @return the uploaded files
     */
    public List<FileObject> upload(String id, List<FileUpload> files) {
        FilesApi uploads = new FilesApi(requester);
        List<FileObject> uploaded = new ArrayList<>();
        for (FileUpload file : files) {
            uploaded.add(uploads.create(file));
        }
        for (int from = 0; from < uploaded.size(); from += BATCH) {
            List<FileObject> batch = uploaded.subList(from, Math.min(uploaded.size(), from + BATCH));
            add(id, FileBatchRequest.of(batch.stream().map(FileObject::id).toList()));
        }
        return uploaded;
    }

    /**
     * Uploads the files of a folder and of the folders in it, and adds them to a store. Files and folders whose names begin
     * with a dot are left out. A file of a kind that cannot be searched ends as failed in the store.
     *
     * @return the uploaded files
     * @throws IOException if the folder or one of its files cannot be read; nothing was uploaded then
     */
    public List<FileObject> uploadFolder(String id, Path folder) throws IOException {
        List<FileUpload> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> found = paths.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
            for (Path file : found) {
                files.add(FileUpload.of(file, "assistants"));
            }
        }
        return upload(id, files);
    }

    private static boolean isHidden(Path file) {
        for (Path name : file) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Waits until none of a store's files is in progress. Some may have failed: {@link #files} says why. */
    public VectorStore await(String id) {
        return await(id, store -> {});
    }

    /**
     * Waits until none of a store's files is in progress.
     *
     * @param progress is given the store at each look, the last one included
     */
    public VectorStore await(String id, Consumer<VectorStore> progress) {
        Polling polling = new Polling();
        while (true) {
            polling.pause();
            VectorStore store = get(id);
            progress.accept(store);
            if (store.status() != StoreStatus.IN_PROGRESS) {
                return store;
            }
        }
    }

    /**
     * Waits on one of the client's threads until none of a store's files is in progress. If you cancel or complete the future,
     * the waiting ends.
     */
    public CompletableFuture<VectorStore> awaitAsync(String id) {
        return async.start(() -> await(id));
    }

    private static String path(String id) {
        return "/vector_stores/" + segment(id);
    }
}
