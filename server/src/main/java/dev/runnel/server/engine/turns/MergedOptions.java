package dev.runnel.server.engine.turns;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.TruncationStrategy;
import dev.runnel.server.base.Ids;
import dev.runnel.server.engine.files.ToolFiles;
import dev.runnel.server.engine.vectorstores.ToolStores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a run's options: the request's options where they are set, otherwise the assistant's. */
public final class MergedOptions {
    private MergedOptions() {}

    public static Run newRun(Assistant assistant, String threadId, RunRequest request, long now, Duration lifetime) {
        return new Run(
                Ids.run(),
                now,
                assistant.id(),
                threadId,
                RunStatus.QUEUED,
                null,
                now + lifetime.toSeconds(),
                null,
                null,
                null,
                null,
                null,
                Objects.requireNonNullElse(request.model(), assistant.model()),
                instructions(assistant, request),
                Objects.requireNonNullElse(request.tools(), assistant.tools()),
                toolResources(assistant, request),
                Objects.requireNonNullElse(request.metadata(), Map.of()),
                either(request.temperature(), assistant.temperature()),
                either(request.topP(), assistant.topP()),
                either(request.reasoningEffort(), assistant.reasoningEffort()),
                request.maxCompletionTokens(),
                request.maxPromptTokens(),
                Objects.requireNonNullElse(request.truncationStrategy(), TruncationStrategy.AUTO),
                null,
                null,
                Objects.requireNonNullElse(request.responseFormat(), assistant.responseFormat()),
                Objects.requireNonNullElseGet(request.toolChoice(), () -> JsonValue.of("auto")),
                Objects.requireNonNullElse(request.parallelToolCalls(), true));
    }

    /**
     * The request's resources. The vector stores and the files of the code interpreter are also the assistant's: a change of
     * the assistant does not affect the run, which uses those of the thread too.
     */
    private static JsonValue toolResources(Assistant assistant, RunRequest request) {
        JsonValue requested = Objects.requireNonNullElse(request.toolResources(), JsonValue.EMPTY_OBJECT);
        List<String> stores = Stream.of(requested, assistant.toolResources())
                .flatMap(resources -> ToolStores.ids(resources).stream()).distinct().toList();
        JsonValue withFiles = ToolFiles.all(requested, assistant.toolResources());
        return stores.isEmpty()
                ? withFiles
                : withFiles.with(Map.of("file_search", Map.of("vector_store_ids", stores)));
    }

    private static String instructions(Assistant assistant, RunRequest request) {
        String base = either(request.instructions(), assistant.instructions());
        String additional = request.additionalInstructions();
        if (additional == null || additional.isEmpty()) {
            return base == null ? "" : base;
        }
        return base == null || base.isEmpty() ? additional : base + "\n" + additional;
    }

    private static <T> @Nullable T either(@Nullable T requested, @Nullable T assistants) {
        return requested != null ? requested : assistants;
    }
}
