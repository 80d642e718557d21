package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.protocol.vectorstore.StoreExpiry;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The vector stores of assistants and threads, as their {@code tool_resources} name them: the parts of the transactions that
 * create and change such objects. An object has one store at most. Thread-safe.
 */
public final class ToolStores {
    /** After how much time without use a store expires that was made for a thread. */
    private static final StoreExpiry OF_THREAD = StoreExpiry.days(7);

    private static final String TOOL = "file_search";
    private static final String IDS = "vector_store_ids";
    private static final String HELPER = "vector_stores";

    private final Attaching attaching;

    ToolStores(Attaching attaching) {
        this.attaching = attaching;
    }

    /**
     * The tool resources of an object that is to be created.
     *
     * @param resources as the object shows them: a store that is to be made is named by its id
     * @param made the store that is to be made; null for none
     * @param attached files that are to be added to the store
     */
    public record Plan(JsonValue resources, @Nullable NewStore made, List<String> attached) {}

    /** Plans a new assistant's resources. Stores nothing. */
    public Plan ofAssistant(@Nullable JsonValue requested) {
        return plan(requested, null, List.of());
    }

    /**
     * Plans a new thread's resources. Stores nothing.
     *
     * @param attached the files that its messages bring for the search; they go into the thread's store
     */
    public Plan ofThread(@Nullable JsonValue requested, List<String> attached) {
        return plan(requested, OF_THREAD, attached);
    }

    private static Plan plan(@Nullable JsonValue requested, @Nullable StoreExpiry expiry, List<String> attached) {
        JsonValue resources = Objects.requireNonNullElse(requested, JsonValue.EMPTY_OBJECT);
        List<JsonValue> wanted = resources.get(TOOL).get(HELPER).elements();
        if (!wanted.isEmpty()) {
            return new Plan(naming(resources, Ids.vectorStore()), newStore(wanted.getFirst(), expiry), attached);
        }
        if (!attached.isEmpty() && ids(resources).isEmpty()) {
            return new Plan(
                    naming(resources, Ids.vectorStore()), new NewStore("", null, expiry, Map.of(), List.of()),
                    attached);
        }
        return new Plan(withoutHelper(resources), null, attached);
    }

    private static JsonValue naming(JsonValue resources, String id) {
        return resources.with(Map.of(TOOL, Map.of(IDS, List.of(id))));
    }

    private static JsonValue withoutHelper(JsonValue resources) {
        return resources.get(TOOL).get(HELPER).isNull()
                ? resources
                : resources.with(Map.of(TOOL, Map.of(IDS, ids(resources))));
    }

    private static NewStore newStore(JsonValue wanted, @Nullable StoreExpiry expiry) {
        JsonValue sizes = wanted.get("chunking_strategy").get("static");
        ChunkingStrategy.Static chunking = sizes.isNull()
                ? ChunkingStrategy.AUTO
                : new ChunkingStrategy.Static(Json.convert(Json.tree(sizes), ChunkingStrategy.Sizes.class));
        Map<String, String> metadata = new LinkedHashMap<>();
        wanted.get("metadata").asMap().forEach((key, value) -> metadata.put(key, String.valueOf(value)));
        return new NewStore("", null, expiry, metadata, wanted.get("file_ids").elements().stream()
                .map(file -> new NewStoreFile(file.text(), chunking, null)).toList());
    }

    /** The ids of the stores that tool resources name. */
    public static List<String> ids(JsonValue resources) {
        return resources.get(TOOL).get(IDS).elements().stream().map(JsonValue::text).toList();
    }

    /**
     * Makes what was planned.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if there is no such store or file, or the store has
     *     expired and files were attached
     */
    public void make(Sql sql, Project project, Plan plan) throws SQLException {
        List<String> ids = ids(plan.resources());
        NewStore made = plan.made();
        if (made != null) {
            attaching.create(sql, project, ids.getFirst(), made);
        } else {
            require(sql, project, plan.resources());
        }
        add(sql, project, ids, plan.attached());
    }

    /**
     * Checks that the stores exist that tool resources name.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if one does not
     */
    public void require(Sql sql, Project project, JsonValue resources) throws SQLException {
        for (String id : ids(resources)) {
            attaching.store(sql, project, id);
        }
    }

    /**
     * Checks the stores that new tool resources of an object name, unless they are those of before.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if one does not exist
     */
    public void changed(Sql sql, Project project, JsonValue old, JsonValue changed) throws SQLException {
        if (!ids(old).equals(ids(changed))) {
            require(sql, project, changed);
        }
    }

    private void add(Sql sql, Project project, List<String> ids, List<String> files) throws SQLException {
        if (files.isEmpty()) {
            return;
        }
        attaching.usable(sql, project, ids.getFirst());
        for (String file : files) {
            attaching.add(sql, project, ids.getFirst(), NewStoreFile.of(file), null, "file_id");
        }
    }

    /**
     * Adds files to a thread's store, which is made if the thread has none, or if the one that it names was deleted.
     *
     * @return the thread's resources
     * @throws dev.runnel.server.engine.requests.RejectedException if there is no such file, or the store has expired
     */
    public JsonValue attach(Sql sql, Project project, JsonValue resources, List<String> files) throws SQLException {
        List<String> there = new ArrayList<>();
        for (String id : ids(resources)) {
            if (VectorStoreRows.find(sql, project.name(), id, attaching.now()).isPresent()) {
                there.add(id);
            }
        }
        Plan plan = ofThread(there.isEmpty() ? resources.with(Map.of(TOOL, Map.of())) : resources, files);
        make(sql, project, plan);
        return plan.resources();
    }

    /** The files among a message's attachments that are to be searched. */
    public static List<String> searched(List<JsonValue> attachments) {
        return attachments.stream()
                .filter(attachment -> attachment.get("tools").elements().stream()
                        .anyMatch(tool -> tool.get("type").text().equals(TOOL)))
                .map(attachment -> attachment.get("file_id").text())
                .distinct()
                .toList();
    }
}
