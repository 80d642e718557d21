package dev.runnel.server.traces.otlp;

import dev.runnel.protocol.Run;
import dev.runnel.server.engine.runs.RunObserver;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The traces of runs. Each time that a run is queued a span begins; it is the child of the request's span that queued the run, or the root
 * of the run's own trace. Thread-safe.
 */
final class RunTraces implements RunObserver {
    private final Tracer tracer;
    private final TraceIds ids;

    /** By the runs' ids; as many as this process has runs queued or executed. */
    private final Map<String, RunSpan> open = new ConcurrentHashMap<>();

    RunTraces(Tracer tracer, TraceIds ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    /** The context of what is done for a run; empty if it has no span now. */
    Optional<Context> context(String runId) {
        return Optional.ofNullable(open.get(runId)).map(RunSpan::context);
    }

    private void with(Run run, Consumer<RunSpan> action) {
        RunSpan span = open.get(run.id());
        if (span != null) {
            action.accept(span);
        }
    }

    @Override
    public void queued(Run run) {
        // If there is a span, the run was cut off and is queued again.
        end(run, open.put(run.id(), new RunSpan(tracer, ids, run, Duration.ZERO)));
    }

    @Override
    public void started(Run run, Duration waited) {
        open.computeIfAbsent(run.id(), id -> new RunSpan(tracer, ids, run, waited)).did("queue", waited);
    }

    @Override
    public void prompted(Run run, Duration took) {
        with(run, span -> span.did("prompt", took));
    }

    @Override
    public void toolEnded(Run run, String type, String callId, Duration took, boolean failed) {
        with(run, span -> span.executed(type, callId, took, failed ? "failed" : ""));
    }

    @Override
    public void requiresAction(Run run) {
        end(run, open.remove(run.id()));
    }

    @Override
    public void ended(Run run, String requestId, Duration took) {
        with(run, span -> span.stands(run));
    }

    @Override
    public void committed(Run run, Duration took) {
        with(run, span -> span.did("commit", took));
    }

    @Override
    public void letGo(Run run) {
        end(run, open.remove(run.id()));
    }

    private static void end(Run run, @Nullable RunSpan span) {
        if (span != null) {
            span.stands(run);
            span.end();
        }
    }
}
