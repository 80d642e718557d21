package dev.runnel.server.metrics;

import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.observed.ModelCall;
import dev.runnel.server.observed.ModelObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The figures about calls of models. Thread-safe. */
final class ModelMetrics implements ModelObserver {
    private final MeterRegistry registry;
    private final ModelNameTags names;

    ModelMetrics(MeterRegistry registry, ModelNameTags names) {
        this.registry = registry;
        this.names = names;
    }

    @Override
    public ModelCall begun(String model, boolean streamed) {
        return new Call(names.of(model));
    }

    /** Counts and times one call. */
    private final class Call implements ModelCall {
        private final String model;
        private final long begun = System.nanoTime();

        Call(String model) {
            this.model = model;
        }

        @Override
        public void arrived() {
            timer("gen_ai.client.operation.time_to_first_chunk", "The wait for the first chunk of a streamed reply",
                    model).register(registry).record(took());
        }

        @Override
        public void used(ChatUsage usage) {
            tokens("input", model, (double) usage.promptTokens());
            tokens("output", model, (double) usage.completionTokens());
        }

        @Override
        public void ended(String error) {
            timer("gen_ai.client.operation.duration", "Calls of models", model)
                    .tag("error.type", error)
                    .register(registry)
                    .record(took());
        }

        private Duration took() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private void tokens(String type, String model, double count) {
        DistributionSummary.builder("gen_ai.client.token.usage")
                .description("Tokens of each call, as the model server counted them")
                .baseUnit("token")
                .tag("gen_ai.token.type", type)
                .tag("gen_ai.request.model", model)
                .serviceLevelObjectives(Buckets.TOKENS)
                .register(registry)
                .record(count);
    }

    private static Timer.Builder timer(String name, String text, String model) {
        return Timer.builder(name)
                .description(text)
                .tag("gen_ai.operation.name", "chat")
                .tag("gen_ai.provider.name", "openai") // the conventions' name for any compatible server
                .tag("gen_ai.request.model", model)
                .serviceLevelObjectives(Buckets.DURATIONS);
    }
}
