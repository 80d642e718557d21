package dev.runnel.server.engine.conversations;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.files.ToolFiles;
import dev.runnel.server.engine.requests.Changes;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Assistants. A run copies what it needs from its assistant when it is created: changing or deleting the assistant
 * later does not affect the run. Thread-safe.
 */
public final class Assistants {
    private final Database database;
    private final ToolStores stores;
    private final InstantSource clock;

    public Assistants(Database database, ToolStores stores, InstantSource clock) {
        this.database = database;
        this.stores = stores;
        this.clock = clock;
    }

    /** Creates an assistant. */
    public Assistant create(Project project, AssistantRequest request) {
        ToolStores.Plan plan = stores.ofAssistant(request.toolResources());
        Assistant assistant = new Assistant(
                Ids.assistant(),
                clock.instant().getEpochSecond(),
                request.name(),
                request.description(),
                request.model(),
                request.instructions(),
                Objects.requireNonNullElse(request.tools(), List.of()),
                request.topP(),
                request.temperature(),
                request.reasoningEffort(),
                plan.resources(),
                Objects.requireNonNullElse(request.metadata(), Map.of()),
                Objects.requireNonNullElseGet(request.responseFormat(), () -> JsonValue.of("auto")));
        return database.write(sql -> {
            stores.make(sql, project, plan);
            ToolFiles.require(sql, project, plan.resources());
            Store.insert(sql, project.name(), assistant);
            return assistant;
        });
    }

    /** An assistant by its id. */
    public Assistant get(Project project, String id) {
        return database.read(sql -> Store.assistant(sql, project.name(), id)).orElseThrow(() -> notFound(id));
    }

    /** A page of the project's assistants. */
    public Page<Assistant> list(Project project, PageRequest page) {
        return Lists.page(database, sql -> Store.assistants(sql, project.name(), page));
    }

    /** Changes an assistant. */
    public Assistant modify(Project project, String id, UnaryOperator<Assistant> change) {
        return database
                .write(Changes.of(sql -> Store.assistant(sql, project.name(), id), change, (sql, old, changed) -> {
                    stores.changed(sql, project, old.toolResources(), changed.toolResources());
                    ToolFiles.changed(sql, project, old.toolResources(), changed.toolResources());
                    Store.update(sql, changed);
                }))
                .orElseThrow(() -> notFound(id));
    }

    /** Deletes an assistant. Its runs stay, even those under way. */
    public Deleted delete(Project project, String id) {
        if (!database.write(sql -> Store.deleteAssistant(sql, project.name(), id))) {
            throw notFound(id);
        }
        return Deleted.of(id, "assistant.deleted");
    }

    private static RejectedException notFound(String id) {
        return RejectedException.notFound("assistant", id);
    }
}
