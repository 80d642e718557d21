package dev.runnel.server.engine;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.engine.vectorstores.Filters;
import dev.runnel.server.engine.vectorstores.StoreQuery;
import dev.runnel.server.engine.vectorstores.StoreSearch;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.search.AttributeFilter;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.filesearch.Passage;
import dev.runnel.server.tool.filesearch.RunStores;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Searches the stores of runs. Thread-safe. */
final class RunSearch implements RunStores {
    /** How long a run waits for the files of its thread's store. It does not wait for those of its assistant's. */
    private static final Duration READY = Duration.ofSeconds(60);

    private final Database database;
    private final StoreSearch search;

    RunSearch(Database database, StoreSearch search) {
        this.database = database;
        this.search = search;
    }

    /**
     * The stores of a run, by their ids.
     *
     * @param project the owner of the run's thread
     * @param filter which of their files the run searches; null for all
     */
    private record Stores(
            Project project, List<String> ofThread, List<String> all, @Nullable AttributeFilter filter) {}

    private interface Work<T> {
        T on(Stores stores) throws InterruptedException;
    }

    @Override
    public void prepare(Run run) throws InterruptedException {
        with(run, stores -> {
            search.use(stores.project(), stores.all());
            search.awaitReady(stores.ofThread(), READY);
            return true;
        });
    }

    @Override
    public List<Passage> search(Run run, String question, int limit, double threshold) throws InterruptedException {
        return with(run, stores -> stores.all().isEmpty()
                ? List.of()
                : search.search(stores.project(), stores.all(), new StoreQuery(
                        List.of(question), limit, threshold, stores.filter())).stream()
                        .map(found -> new Passage(found.fileId(), found.filename(), found.score(), found.text()))
                        .toList());
    }

    private <T> T with(Run run, Work<T> work) throws InterruptedException {
        try {
            return work.on(database.read(sql -> stores(sql, run)));
        } catch (RejectedException | UnavailableException e) {
            throw new ToolException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Stores stores(Sql sql, Run run) throws SQLException {
        String project = Store.projectOfThread(sql, run.threadId())
                .orElseThrow(() -> new ToolException("The run's thread was deleted."));
        List<String> ofThread = Store.thread(sql, project, run.threadId())
                .map(thread -> ToolStores.ids(thread.toolResources())).orElse(List.of());
        List<String> all = Stream.concat(ToolStores.ids(run.toolResources()).stream(), ofThread.stream()).distinct()
                .toList();
        return new Stores(new Project(project), ofThread, all, filter(sql, run));
    }

    private static @Nullable AttributeFilter filter(Sql sql, Run run) throws SQLException {
        JsonValue filters = Store.runNotes(sql, run.id())
                .map(notes -> notes.asked().get("file_search").get("filters")).orElse(JsonValue.NULL);
        return filters.isNull() ? null : Filters.of(filters);
    }
}
