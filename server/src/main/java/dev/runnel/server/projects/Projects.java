package dev.runnel.server.projects;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The projects of the configuration at work. Their limits a minute count for this process alone: two nodes let a project have twice as much. A project
 * that the configuration does not name has no limits. Thread-safe.
 */
public final class Projects {
    private final LongSupplier nanoTime;
    private volatile Map<Project, Planned> planned = Map.of();
    private volatile ApiKeys keys = ApiKeys.NONE;

    private record Planned(ProjectPlan plan, Meter meter) {}

    /** These projects, by the system's clock. */
    public Projects(List<ProjectPlan> plans) {
        this(plans, System::nanoTime);
    }

    /** These projects, by a clock that goes evenly. */
    public Projects(List<ProjectPlan> plans, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        replace(plans);
    }

    /** Follows other plans from now on. What was used of a limit a minute stays used if the limits a minute stay as they are. */
    public synchronized void replace(List<ProjectPlan> plans) {
        Map<Project, Planned> before = planned;
        Map<Project, Planned> after = new LinkedHashMap<>();
        for (ProjectPlan plan : plans) {
            ProjectLimits limits = plan.limits();
            Planned old = before.get(plan.project());
            Meter meter = old != null && old.meter.has(limits.requests(), limits.tokens())
                    ? old.meter
                    : new Meter(plan.project(), limits.requests(), limits.tokens(), nanoTime.getAsLong());
            after.put(plan.project(), new Planned(plan, meter));
        }
        planned = after;
        keys = plans.stream().map(ProjectPlan::keys).reduce(ApiKeys.NONE, ApiKeys::and);
    }

    /** The project of a key; empty if no project here has the key. */
    public Optional<Project> ofKey(String key) {
        return keys.project(key);
    }

    /** Whether any project here has a key. */
    public boolean keyed() {
        return !keys.isEmpty();
    }

    /** The limits of a project. */
    public ProjectLimits limits(Project project) {
        Planned found = planned.get(project);
        return found == null ? ProjectLimits.NONE : found.plan.limits();
    }

    /**
     * Counts a request that asks a model.
     *
     * @throws LimitException if the project has no request or no token of this minute left
     */
    public void take(Project project) {
        Planned found = planned.get(project);
        if (found != null) {
            found.meter.take(nanoTime.getAsLong());
        }
    }

    /** Counts tokens that a project used. */
    public void used(Project project, long tokens) {
        Planned found = planned.get(project);
        if (found != null) {
            found.meter.used(tokens, nanoTime.getAsLong());
        }
    }

    /** The rest of a project's limits a minute. */
    public Standing standing(Project project) {
        Planned found = planned.get(project);
        return found == null ? Standing.UNLIMITED : found.meter.standing(nanoTime.getAsLong());
    }
}
