package dev.runnel.server.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.Project;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.Store;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.TransferStore;
import dev.runnel.server.store.TransferStore.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps imported objects, each under the id that it has. What was under way when it was saved has failed. What files hold is kept under
 * their ids before the rows are committed, and removed when it is closed, unless {@link #keepFiles} was called. For one thread.
 */
final class ImportedObjects implements AutoCloseable {
    /** Ids become names of files and parts of paths. */
    private static final Pattern ID = Pattern.compile("[a-z]+[_-][A-Za-z0-9_-]{1,120}");

    private static final Pattern PROJECT_NAME = Pattern.compile("[a-z0-9_-]{1,64}");

    private static final Map<Table, String> PREFIXES = Map.of(
            Table.ASSISTANTS, "asst_", Table.FILES, "file-", Table.THREADS, "thread_", Table.MESSAGES, "msg_",
            Table.RUNS, "run_", Table.STEPS, "step_");

    private static final LastError UNFINISHED = new LastError(
            "server_error", "The run was under way when it was saved, and was not taken up elsewhere.");

    private final FileStore files;
    private final long now;
    private final TransferCounts counts = new TransferCounts();

    /** By what objects belong to, the first line that had one: whether it is there shows at the end. */
    private final Map<String, Long> neededThreads = new LinkedHashMap<>();
    private final Map<String, Long> neededRuns = new LinkedHashMap<>();

    private final List<String> keptFiles = new ArrayList<>();
    private String project;
    private @Nullable FileObject file;
    private FileStore.@Nullable Draft content;

    ImportedObjects(FileStore files, Project project, long now) {
        this.files = files;
        this.project = projectName(project.name());
        this.now = now;
    }

    void add(Sql sql, ObjectNode json, long line) throws SQLException {
        String kind = json.path("object").asText();
        if (kind.equals(Exporter.CONTENT)) {
            append(json, line);
            return;
        }
        finishFile(line);
        try {
            switch (kind) {
                case Exporter.PROJECT -> project = projectName(json.path("name").asText());
                case "assistant" -> add(sql, Json.convert(json, Assistant.class), line);
                case "file" -> add(sql, Json.convert(json, FileObject.class), line);
                case "thread" -> add(sql, Json.convert(json, AssistantThread.class), line);
                case "thread.message" -> add(sql, Json.convert(json, Message.class), line);
                case "thread.run" -> add(sql, Json.convert(json, Run.class), line);
                case "thread.run.step" -> add(sql, Json.convert(json, RunStep.class), line);
                default -> throw new ImportException(line, kind.isEmpty()
                        ? "it does not say what it is: it has no 'object'"
                        : "objects of the kind '" + kind + "' cannot be imported");
            }
        } catch (JsonException | IllegalArgumentException e) {
            throw new ImportException(line, "it is no " + kind + ": " + e.getMessage());
        }
    }

    private static String projectName(String name) {
        if (!PROJECT_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name");
        }
        return name;
    }

    private void add(Sql sql, Assistant assistant, long line) throws SQLException {
        take(sql, Table.ASSISTANTS, assistant.id(), line);
        require(assistant.model(), "model", line);
        Store.insert(sql, project, assistant);
    }

    private void add(Sql sql, FileObject added, long line) throws SQLException {
        take(sql, Table.FILES, added.id(), line);
        require(added.purpose(), "purpose", line);
        require(added.filename(), "filename", line);
        Store.insert(sql, project, added);
        file = added;
    }

    private void add(Sql sql, AssistantThread thread, long line) throws SQLException {
        take(sql, Table.THREADS, thread.id(), line);
        Store.insert(sql, project, thread);
    }

    private void add(Sql sql, Message message, long line) throws SQLException {
        take(sql, Table.MESSAGES, message.id(), line);
        require(message.role(), "role", line);
        neededThreads.putIfAbsent(require(message.threadId(), "thread_id", line), line);
        boolean open = message.status() == MessageStatus.IN_PROGRESS;
        Store.put(sql, open ? message.incomplete("run_failed", now) : message);
    }

    private void add(Sql sql, Run run, long line) throws SQLException {
        take(sql, Table.RUNS, run.id(), line);
        neededThreads.putIfAbsent(require(run.threadId(), "thread_id", line), line);
        require(run.assistantId(), "assistant_id", line);
        if (run.status() == RunStatus.UNKNOWN) {
            throw new ImportException(line, "the run has no status that is known");
        }
        Run ended = run.status().terminal() ? run : run.change().failed(now, UNFINISHED, Usage.NONE).run();
        if (!TransferStore.insertEnded(sql, ended)) {
            throw new ImportException(line, "a run of its thread is under way here");
        }
    }

    private void add(Sql sql, RunStep step, long line) throws SQLException {
        take(sql, Table.STEPS, step.id(), line);
        neededRuns.putIfAbsent(require(step.runId(), "run_id", line), line);
        require(step.stepDetails(), "step_details", line);
        boolean open = step.status() == StepStatus.IN_PROGRESS;
        Store.put(sql, open ? step.failed(now, UNFINISHED, Usage.NONE) : step);
    }

    private static <T> T require(@Nullable T value, String name, long line) {
        if (value == null) {
            throw new ImportException(line, "it has no '" + name + "'");
        }
        return value;
    }

    private void take(Sql sql, Table table, @Nullable String id, long line) throws SQLException {
        String prefix = String.valueOf(PREFIXES.get(table));
        if (id == null || !id.startsWith(prefix) || !ID.matcher(id).matches()) {
            throw new ImportException(line, "'" + id + "' is no id, which would begin with '" + prefix + "'");
        }
        if (TransferStore.has(sql, table, id)) {
            throw new ImportException(line, id + " is there already");
        }
        counts.count(table);
    }

    /** A piece of what the file before it holds. */
    private void append(ObjectNode json, long line) {
        FileObject begun = file;
        if (begun == null || !begun.id().equals(json.path("file_id").asText())) {
            throw new ImportException(line, "it is no piece of the file before it");
        }
        FileStore.Draft draft = content;
        if (draft == null) {
            draft = files.draft();
            content = draft;
        }
        try {
            byte[] piece = Base64.getDecoder().decode(json.path("base64").asText());
            draft.write(piece, 0, piece.length);
        } catch (IllegalArgumentException e) {
            throw new ImportException(line, "it is no base64: " + e.getMessage());
        }
    }

    private void finishFile(long line) {
        FileObject begun = file;
        FileStore.Draft draft = content;
        if (begun == null) {
            return;
        }
        if (draft == null) {
            counts.countFileWithoutContent();
        } else {
            keptFiles.add(begun.id());
            long size = draft.keep(begun.id());
            draft.close();
            if (size != begun.bytes()) {
                throw new ImportException(line, "before it, " + begun.id() + " has " + size + " bytes, not the "
                        + begun.bytes() + " that it should");
            }
        }
        file = null;
        content = null;
    }

    /** Says what there was, once all that anything belongs to is there. */
    TransferCounts finish(Sql sql) throws SQLException {
        finishFile(0);
        checkThere(sql, Table.THREADS, neededThreads);
        checkThere(sql, Table.RUNS, neededRuns);
        return counts;
    }

    private static void checkThere(Sql sql, Table table, Map<String, Long> needed) throws SQLException {
        for (Map.Entry<String, Long> one : needed.entrySet()) {
            if (!TransferStore.has(sql, table, one.getKey())) {
                throw new ImportException(one.getValue(), "it belongs to " + one.getKey() + ", which is nowhere");
            }
        }
    }

    /** The rows are committed: what files hold stays. */
    void keepFiles() {
        keptFiles.clear();
    }

    @Override
    public void close() {
        FileStore.Draft draft = content;
        if (draft != null) {
            draft.close();
        }
        try {
            keptFiles.forEach(files::delete);
        } catch (StoreException e) {
            // The next start removes what no row knows.
            keptFiles.clear();
        }
    }
}
