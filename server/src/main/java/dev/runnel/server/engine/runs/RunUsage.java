package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.UsageRow.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The use of a run that has ended, by the names that model servers got. Immutable.
 *
 * @param asked the name that the run asked for
 */
record RunUsage(String asked, List<Part> parts) {

    /** @param served null if no server has begun to answer */
    private record Part(@Nullable String served, Counts counts) {}

    /**
     * The use of the steps. The last part counts the run itself, and has the use that no step was charged with: a call that failed before its
     * first token has no step.
     */
    static RunUsage of(RunFold fold) {
        Run run = fold.run().orElseThrow();
        Usage total = Objects.requireNonNullElse(run.usage(), Usage.NONE);
        long prompt = total.promptTokens();
        long completion = total.completionTokens();
        String served = null;
        List<Part> parts = new ArrayList<>();
        for (RunStep step : fold.steps()) {
            Usage used = Objects.requireNonNullElse(step.usage(), Usage.NONE);
            served = Objects.requireNonNullElse(StepOrigin.model(step.metadata()), run.model());
            parts.add(new Part(served, new Counts(0, 0, 0, used.promptTokens(), used.completionTokens())));
            prompt -= used.promptTokens();
            completion -= used.completionTokens();
        }
        boolean error = run.status() == RunStatus.FAILED || run.status() == RunStatus.EXPIRED;
        parts.add(new Part(served,
                new Counts(1, 0, error ? 1 : 0, Math.max(0, prompt), Math.max(0, completion))));
        return new RunUsage(run.model(), List.copyOf(parts));
    }

    /** Writes it into the book. */
    void write(Sql sql, UsageBook book, Project project) {
        for (Part part : parts) {
            book.add(sql, project, asked, part.served, part.counts);
        }
    }
}
