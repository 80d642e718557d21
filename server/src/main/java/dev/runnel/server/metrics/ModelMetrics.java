package dev.runnel.server.metrics;

import dev.runnel.protocol.chat.ChatUsage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The figures about calls of models. Thread-safe. */
final class ModelMetrics {
    private final MeterRegistry registry;
    private final ModelNameTags names;

    ModelMetrics(MeterRegistry registry, ModelNameTags names) {
        this.registry = registry;
        this.names = names;
    }

    /** The name by which the figures know a model. */
    String name(String model) {
        return names.of(model);
    }

    void firstChunk(String model, Duration took) {
        timer("gen_ai.client.operation.time_to_first_chunk", "The wait for the first chunk of a streamed reply", model)
                .register(registry)
                .record(took);
    }

    /** @param error empty if the call was whole */
    void ended(String model, Duration took, String error) {
        timer("gen_ai.client.operation.duration", "Calls of models", model)
                .tag("error.type", error)
                .register(registry)
                .record(took);
    }

    void used(String model, ChatUsage usage) {
        tokens("input", model, (double) usage.promptTokens());
        tokens("output", model, (double) usage.completionTokens());
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
