package dev.runnel.server.metrics;

import dev.runnel.protocol.Run;
import dev.runnel.server.engine.runs.RunObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The figures about runs. Thread-safe. */
final class RunMetrics implements RunObserver {
    private final MeterRegistry registry;
    private final ModelNameTags names;
    private final Timer waits;

    RunMetrics(MeterRegistry registry, ModelNameTags names) {
        this.registry = registry;
        this.names = names;
        this.waits = Timer.builder("runnel.run.queue.wait")
                .description("How long runs waited for their turn")
                .serviceLevelObjectives(Buckets.DURATIONS)
                .register(registry);
    }

    @Override
    public void started(Run run, Duration waited) {
        waits.record(waited);
    }

    @Override
    public void toolEnded(Run run, String type, String callId, Duration took, boolean failed) {
        Timer.builder("gen_ai.execute_tool.duration")
                .description("Calls of tools that the server executes")
                .tag("gen_ai.tool.name", type)
                .tag("error.type", failed ? "failed" : "")
                .serviceLevelObjectives(Buckets.DURATIONS)
                .register(registry)
                .record(took);
    }

    @Override
    public void ended(Run run, String requestId, Duration took) {
        Timer.builder("gen_ai.invoke_agent.duration")
                .description("Runs, from when this process got them until their end")
                .tag("gen_ai.request.model", names.of(run.model()))
                .tag("runnel.run.status", run.status().wire())
                .serviceLevelObjectives(Buckets.DURATIONS)
                .register(registry)
                .record(took);
    }
}
