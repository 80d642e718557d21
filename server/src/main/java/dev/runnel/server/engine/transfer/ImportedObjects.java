package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.base.Project;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.RunNotes;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.StoreFileRows;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.TransferStore;
import dev.runnel.server.store.rows.TransferStore.Table;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stores imported objects, each under its own id. A run, step or message that was in progress when it was saved is
 * stored as failed or incomplete. Closing removes the {@linkplain ImportedContent content} of files, unless {@link #keepFiles} was
 * called. For one thread.
 */
final class ImportedObjects implements AutoCloseable {
    /** The form of ids. Ids become names of files and parts of paths. */
    private static final Pattern ID = Pattern.compile("[a-z]+[_-][A-Za-z0-9_-]{1,120}");

    private static final Pattern PROJECT_NAME = Pattern.compile("[a-z0-9_-]{1,64}");

    private static final Map<Table, String> PREFIXES = Map.of(
            Table.ASSISTANTS, "asst_", Table.FILES, "file-", Table.VECTOR_STORES, "vs_", Table.THREADS, "thread_",
            Table.MESSAGES, "msg_",
            Table.RUNS, "run_", Table.STEPS, "step_");

    private static final LastError UNFINISHED = new LastError(
            "server_error", "The run was in progress when it was saved, and was not continued.");

    private final ImportedContent content;
    private final long now;
    private final TransferCounts counts = new TransferCounts();

    /**
     * The ids of threads and runs that imported objects belong to, each with the first line that names it. Checked at
     * the end.
     */
    private final Map<String, Long> neededThreads = new LinkedHashMap<>();
    private final Map<String, Long> neededRuns = new LinkedHashMap<>();

    /**
     * The ids of threads and runs that came with this import. All others must be of the project that objects are
     * imported for.
     */
    private final Set<String> broughtThreads = new HashSet<>();
    private final Set<String> broughtRuns = new HashSet<>();
    private final Set<String> broughtSteps = new HashSet<>();
    private final Set<String> broughtStores = new HashSet<>();

    private final List<ShownFile> shownFiles = new ArrayList<>();
    private final String importer;
    private String project;
    private boolean placesFollow;
    private @Nullable ImportedChunks chunks;

    ImportedObjects(FileStore files, Project project, long now) {
        this.content = new ImportedContent(files, counts);
        this.importer = projectName(project.name());
        this.project = importer;
        this.now = now;
    }

    /** A message of a thread shows a file. */
    private record ShownFile(String id, String threadId, long line) {}

    /** Where steps stand in their threads comes later in the file. */
    void placesFollow() {
        placesFollow = true;
    }

    void add(Sql sql, ObjectNode json, long line) throws SQLException {
        String kind = json.path("object").asText();
        if (kind.equals(Exporter.CONTENT)) {
            content.append(json, line);
            return;
        }
        ImportedChunks open = chunks;
        if (kind.equals(Exporter.CHUNK) && open != null) {
            open.add(sql, json, line);
            return;
        }
        content.finish(line);
        finishChunks(sql, line);
        try {
            switch (kind) {
                case Exporter.PROJECT -> project = projectName(json.path("name").asText());
                case "assistant" -> add(sql, whole(json, Assistant.class, line), line);
                case "file" -> add(sql, whole(json, FileObject.class, line), line);
                case "vector_store" -> add(sql, whole(json, VectorStore.class, line), line);
                case "vector_store.file" -> add(sql, whole(json, StoreFile.class, line), line);
                case Exporter.CHUNKS -> chunks = new ImportedChunks(number(sql, json, line), json, line);
                case "thread" -> add(sql, whole(json, AssistantThread.class, line), line);
                case "thread.message" -> add(sql, whole(json, Message.class, line), line);
                case "thread.run" -> add(sql, whole(json, Run.class, line), line);
                case "thread.run.step" -> add(sql, whole(json, RunStep.class, line), line);
                case Table.EXTRA -> add(sql, whole(json, SavedExtra.class, line), line);
                case Table.NOTES_ON_RUN -> addNotesOnRun(sql, json, line);
                case Table.NOTES_ON_STEP -> addNotesOnStep(sql, json, line);
                default -> throw new ImportException(line, kind.isEmpty()
                        ? "the member 'object' is missing, which says the kind, as in \"object\": \"thread\""
                        : "objects of the kind '" + kind + "' cannot be imported: remove this object from the file");
            }
        } catch (JsonException | IllegalArgumentException e) {
            throw new ImportException(line, "the object is not a valid " + kind + ": " + e.getMessage());
        }
    }

    /** Reads an object, and checks that it has all required members. */
    private static <T extends Record> T whole(ObjectNode json, Class<T> type, long line) {
        T object = Json.convert(json, type);
        Optional<String> missing = Missing.in(object);
        if (missing.isPresent()) {
            throw new ImportException(line, "the member '" + missing.get() + "' is missing, or its value is unknown");
        }
        return object;
    }

    private static String projectName(String name) {
        if (!PROJECT_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a valid name");
        }
        return name;
    }

    private void add(Sql sql, Assistant assistant, long line) throws SQLException {
        take(sql, Table.ASSISTANTS, assistant.id(), line);
        Store.insert(sql, project, assistant);
    }

    private void add(Sql sql, FileObject added, long line) throws SQLException {
        take(sql, Table.FILES, added.id(), line);
        FileRows.insert(sql, project, added);
        content.begin(added);
    }

    /** An import counts as a use. */
    private void add(Sql sql, VectorStore store, long line) throws SQLException {
        take(sql, Table.VECTOR_STORES, store.id(), line);
        broughtStores.add(store.id());
        VectorStoreRows.insert(sql, project, VectorStoreRows.usedAt(store, now));
    }

    /** A server makes the file searchable: at once if its chunks and their vectors follow. */
    private void add(Sql sql, StoreFile added, long line) throws SQLException {
        if (!broughtStores.contains(added.vectorStoreId()) || !TransferStore.has(sql, Table.FILES, added.id())) {
            throw new ImportException(
                    line,
                    "the file " + added.id() + " or the store " + added.vectorStoreId()
                            + " must come before it in the file");
        }
        if (StoreFileRows.find(sql, added.vectorStoreId(), added.id()).isPresent()) {
            throw new ImportException(line,
                    added.vectorStoreId() + " already has " + added.id() + ": remove this object from the file");
        }
        counts.count(Table.STORE_FILES);
        StoreFileRows.insert(sql, added.begun(), null, TimeUnit.SECONDS.toMillis(now));
    }

    /** The number of the store's file that is named, which must have come in this import. */
    private long number(Sql sql, ObjectNode json, long line) throws SQLException {
        String store = json.path("vector_store_id").asText();
        if (!broughtStores.contains(store)) {
            throw new ImportException(line, "the store " + store + " must come before it in the file");
        }
        return IngestRows.find(sql, store, json.path("file_id").asText()).filter(found -> found.chunks() == null)
                .map(IngestRows.Ingest::number)
                .orElseThrow(
                        () -> new ImportException(line, "the file that it belongs to must come before it in the file"));
    }

    private void finishChunks(Sql sql, long line) throws SQLException {
        ImportedChunks begun = chunks;
        if (begun != null) {
            begun.finish(sql, line);
            chunks = null;
        }
    }

    private void add(Sql sql, AssistantThread thread, long line) throws SQLException {
        take(sql, Table.THREADS, thread.id(), line);
        broughtThreads.add(thread.id());
        Store.insert(sql, project, thread);
    }

    private void add(Sql sql, Message message, long line) throws SQLException {
        take(sql, Table.MESSAGES, message.id(), line);
        neededThreads.putIfAbsent(message.threadId(), line);
        for (MessageContent part : message.content()) {
            switch (part) {
                case MessageContent.ImageFile image -> shownFiles.add(new ShownFile(
                        text(image.imageFile(), "file_id", line), message.threadId(), line));
                case MessageContent.ImageUrl image -> text(image.imageUrl(), "url", line);
                case MessageContent.Text _,MessageContent.Refusal _,MessageContent.Unknown _ -> {
                }
            }
        }
        boolean open = message.status() == MessageStatus.IN_PROGRESS;
        Store.put(sql, open ? message.incomplete("run_failed", now) : message);
    }

    private void add(Sql sql, Run run, long line) throws SQLException {
        take(sql, Table.RUNS, run.id(), line);
        broughtRuns.add(run.id());
        neededThreads.putIfAbsent(run.threadId(), line);
        Run ended = run.status().terminal() ? run : run.change().failed(now, UNFINISHED, Usage.NONE).run();
        if (!TransferStore.insertEnded(sql, ended)) {
            throw new ImportException(line, "its thread has an active run in this database");
        }
    }

    private void add(Sql sql, RunStep step, long line) throws SQLException {
        take(sql, Table.STEPS, step.id(), line);
        neededRuns.putIfAbsent(step.runId(), line);
        boolean open = step.status() == StepStatus.IN_PROGRESS;
        Store.put(sql, open ? step.failed(now, UNFINISHED, Usage.NONE) : step);
        if (placesFollow) {
            ThreadEntries.remove(sql, step.threadId(), step.id());
        } else {
            ThreadEntries.placeImported(sql, step.id());
        }
        broughtSteps.add(step.id());
    }

    private void add(Sql sql, SavedExtra extra, long line) throws SQLException {
        if (!ID.matcher(extra.id()).matches() || !extra.data().isObject()) {
            throw new ImportException(line, "'" + extra.id() + "' is not a valid item of a thread");
        }
        if (!broughtSteps.contains(extra.id()) && TransferStore.has(sql, Table.THREAD_EXTRAS, extra.id())) {
            throw new ImportException(line, extra.id() + " already exists: remove this object from the file");
        }
        neededThreads.putIfAbsent(extra.threadId(), line);
        if (extra.runId() != null) {
            neededRuns.putIfAbsent(extra.runId(), line);
        }
        if (!TransferStore.insertExtra(
                sql, extra.threadId(), extra.runId(), extra.id(), extra.kind(), extra.data(), extra.after())) {
            throw new ImportException(line, extra.id()
                    + " is of an unknown kind, or the message or the step that it needs does not come before it");
        }
        counts.count(Table.THREAD_EXTRAS);
    }

    private void addNotesOnRun(Sql sql, ObjectNode json, long line) throws SQLException {
        Store.put(sql, brought(json, "run_id", broughtRuns, line), notes(json, RunNotes.class, line));
        counts.count(Table.RUN_NOTES);
    }

    private void addNotesOnStep(Sql sql, ObjectNode json, long line) throws SQLException {
        Store.put(sql, brought(json, "step_id", broughtSteps, line), notes(json, StepNotes.class, line));
        counts.count(Table.STEP_NOTES);
    }

    /** The id of the object that notes are about: one of this file. */
    private static String brought(ObjectNode notes, String member, Set<String> brought, long line) {
        String id = notes.path(member).asText();
        if (!brought.contains(id)) {
            throw new ImportException(line, "'" + id + "', which the notes are about, does not come before them");
        }
        return id;
    }

    private static <T extends Record> T notes(ObjectNode json, Class<T> type, long line) {
        if (json.path("notes") instanceof ObjectNode notes) {
            return whole(notes, type, line);
        }
        throw new ImportException(line, "the member 'notes' is missing, or its value is unknown");
    }

    private static String text(JsonValue object, String name, long line) {
        String text = object.get(name).text();
        if (text.isEmpty()) {
            throw new ImportException(line, "one of its images has no '" + name + "'");
        }
        return text;
    }

    private void take(Sql sql, Table table, String id, long line) throws SQLException {
        String prefix = String.valueOf(PREFIXES.get(table));
        if (!id.startsWith(prefix) || !ID.matcher(id).matches()) {
            throw new ImportException(line,
                    "'" + id + "' is not a valid id: expected one that begins with '" + prefix + "'");
        }
        if (TransferStore.has(sql, table, id)) {
            throw new ImportException(line,
                    id + " already exists: import into another database, or remove this object from the file");
        }
        counts.count(table);
    }

    /** How many objects there were so far. */
    TransferCounts counts() {
        return counts;
    }

    /**
     * Ends the import: checks that all threads and runs exist that objects belong to, and returns the counts.
     *
     * @param partial whether chunks of which some are missing are left out, and the last file if the input was cut off in it
     * @param cutOff whether the input ended within an object
     */
    TransferCounts finish(Sql sql, boolean partial, boolean cutOff) throws SQLException {
        if (partial && cutOff) {
            content.discardOpen();
        }
        content.finish(0);
        ImportedChunks begun = chunks;
        if (partial && begun != null && !begun.complete()) {
            begun.discard(sql);
            chunks = null;
        }
        finishChunks(sql, 0);
        checkThere(sql, Table.THREADS, neededThreads, broughtThreads);
        checkThere(sql, Table.RUNS, neededRuns, broughtRuns);
        for (ShownFile shown : shownFiles) {
            Optional<String> owner = TransferStore.project(sql, Table.FILES, shown.id());
            if (owner.isPresent() && !owner.equals(TransferStore.project(sql, Table.THREADS, shown.threadId()))) {
                throw new ImportException(shown.line(),
                        "it shows " + shown.id() + ", which belongs to another project");
            }
        }
        return counts;
    }

    private void checkThere(Sql sql, Table table, Map<String, Long> needed, Set<String> brought) throws SQLException {
        for (Map.Entry<String, Long> one : needed.entrySet()) {
            String id = one.getKey();
            if (brought.contains(id)) {
                continue;
            }
            Optional<String> owner = TransferStore.project(sql, table, id);
            if (owner.isEmpty()) {
                throw new ImportException(one.getValue(),
                        "it belongs to " + id + ", which is neither in the file nor in the database");
            }
            if (!owner.get().equals(importer)) {
                throw new ImportException(one.getValue(), "it belongs to " + id + ", which is not in the project '"
                        + importer + "': name its project with --project");
            }
        }
    }

    /** Keeps the content of files, as the rows are committed. */
    void keepFiles() {
        content.keep();
    }

    @Override
    public void close() {
        content.close();
    }
}
