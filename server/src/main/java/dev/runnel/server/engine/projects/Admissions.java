package dev.runnel.server.engine.projects;

import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.projects.ProjectLimits;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.projects.Standing;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.ActiveRuns;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.UsageRows;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Admits the requests, runs and files that a project's limits allow. This node counts the limits a minute, in memory. The database counts the other
 * limits, for all nodes. A project's tokens of the day are read at most once a second, and only for a project with a limit of them. Thread-safe.
 */
public final class Admissions {
    private static final System.Logger LOG = System.getLogger(Admissions.class.getName());
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final Projects projects;
    private final Database database;
    private final InstantSource clock;
    private final Map<Project, Day> days = new ConcurrentHashMap<>();

    /** @param readAt by {@link System#nanoTime} */
    private record Day(LocalDate day, long tokens, long readAt) {
        boolean isOld(LocalDate today) {
            return !day.equals(today) || System.nanoTime() - readAt > FRESH;
        }
    }

    public Admissions(Projects projects, Database database, InstantSource clock) {
        this.projects = projects;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Lets in a request that asks a model, and counts it.
     *
     * @throws LimitException if the project has used up a limit
     */
    public void admit(Project project) {
        Long mostADay = projects.limits(project).tokensADay();
        if (mostADay != null && tokensToday(project) >= mostADay) {
            throw LimitException.tokensADay(project, mostADay, untilTomorrow());
        }
        projects.take(project);
    }

    private long tokensToday(Project project) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Day known = days.get(project);
        if (known == null || known.isOld(today)) {
            known = days.compute(project, (_, before) -> before == null || before.isOld(today)
                    ? read(project, today, before)
                    : before);
        }
        return known.tokens;
    }

    /** While the database is away, the figure read last counts: a chat completion does not need the database. */
    private Day read(Project project, LocalDate today, @Nullable Day before) {
        long tokens;
        try {
            tokens = database.read(sql -> UsageRows.tokens(sql, project.name(), today.toEpochDay()));
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "the tokens of project {0} cannot be read: {1}", project.name(), e.getMessage());
            tokens = before != null && before.day.equals(today) ? before.tokens : 0;
        }
        return new Day(today, tokens, System.nanoTime());
    }

    private Duration untilTomorrow() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return Duration.between(clock.instant(), today.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    /** The rest of a project's limits a minute. */
    public Standing standing(Project project) {
        return projects.standing(project);
    }

    /** Whether a project may ask for a model. */
    public boolean allows(Project project, String model) {
        return projects.limits(project).allows(model);
    }

    /**
     * Refuses a model that a project may not ask for.
     *
     * @throws RejectedException if the project may not ask for the model
     */
    public void requireModel(Project project, String model) {
        if (!allows(project, model)) {
            throw RejectedException.noAccess(project.name(), model);
        }
    }

    /** The reason why a project may have no further run; empty if it may. Nodes that look at the same moment do not see each other's run. */
    public Optional<LimitException> refusalOfRun(Sql sql, Project project) throws SQLException {
        Integer most = projects.limits(project).runs();
        return most != null && ActiveRuns.count(sql, project.name()) >= most
                ? Optional.of(LimitException.runs(project, most))
                : Optional.empty();
    }

    /** The reason why a project may not keep a further file of this size; empty if it may. */
    public Optional<LimitException> refusalOfFile(Sql sql, Project project, long bytes) throws SQLException {
        ProjectLimits limits = projects.limits(project);
        Long most = limits.storage();
        if (most == null) {
            return Optional.empty();
        }
        long used = FileRows.bytes(sql, project.name());
        return used + bytes > most
                ? Optional.of(LimitException.storage(project, most, used, bytes))
                : Optional.empty();
    }
}
