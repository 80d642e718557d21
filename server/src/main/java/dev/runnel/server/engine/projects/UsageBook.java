package dev.runnel.server.engine.projects;

import dev.runnel.model.Model;
import dev.runnel.server.base.Project;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.UsageRow;
import dev.runnel.server.store.rows.UsageRow.Counts;
import dev.runnel.server.store.rows.UsageRows;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The use of models by projects and days. It is written when a run or a chat completion ends, and never while one is under way. Days are those
 * of UTC. Thread-safe.
 */
public final class UsageBook {
    /** The most rows that are shown at once. */
    public static final int MAX_ROWS = 10_000;

    private static final System.Logger LOG = System.getLogger(UsageBook.class.getName());

    /** Callers choose the names of models, and each name is a row a day. */
    private static final int MAX_NAMES = 1_000;

    private static final String OTHERS = "(others)";

    private final Database database;
    private final Model model;
    private final Projects projects;
    private final InstantSource clock;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /**
     * The book of a database.
     *
     * @param model tells the model that answers for a name, if the caller does not know it
     * @param projects count the tokens as soon as the tokens are known
     */
    public UsageBook(Database database, Model model, Projects projects, InstantSource clock) {
        this.database = database;
        this.model = model;
        this.projects = projects;
        this.clock = clock;
    }

    /**
     * Adds to a project's use, in a transaction.
     *
     * @param served the name that the model server got; null if that is not known
     */
    public void add(Sql sql, Project project, String asked, @Nullable String served, Counts used) {
        UsageRows.add(sql, row(project, asked, served, used));
    }

    /** A model call of a run has ended. The run's end writes it into the book. */
    public void called(Project project, long tokens) {
        projects.used(project, tokens);
    }

    /**
     * Adds a chat completion to a project's use, in the next group commit. Does not wait for the commit.
     *
     * @param served the name that the model server got; null if that is not known
     */
    public void addChat(Project project, String asked, @Nullable String served, long promptTokens,
            long completionTokens, boolean failed) {
        projects.used(project, promptTokens + completionTokens);
        UsageRow row = row(project, asked, served,
                new Counts(0, 1, failed ? 1 : 0, promptTokens, completionTokens));
        database.submit(sql -> {
            UsageRows.add(sql, row);
            return true;
        }, _ -> {}, failure -> LOG.log(Level.WARNING, "the usage of project {0} lacks {1}: {2}", project.name(),
                row.counts(), failure.getMessage()));
    }

    private UsageRow row(Project project, String asked, @Nullable String served, Counts used) {
        return new UsageRow(project.name(), today().toEpochDay(), bounded(asked),
                bounded(served == null ? model.answering(asked) : served), used);
    }

    private String bounded(String name) {
        if (names.contains(name)) {
            return name;
        }
        if (names.size() >= MAX_NAMES) {
            return OTHERS;
        }
        names.add(name);
        return name;
    }

    /** The day that is counted for now. */
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /**
     * The use by day, project and model: at most {@link #MAX_ROWS} rows, and one more if there are more.
     *
     * @param project the project whose use is asked for; empty for all projects
     * @param to the last day
     */
    public List<UsageRow> list(Optional<Project> project, LocalDate from, LocalDate to) {
        return database.read(sql -> UsageRows.list(
                sql, project.map(Project::name).orElse(null), from.toEpochDay(), to.toEpochDay(), MAX_ROWS + 1));
    }
}
