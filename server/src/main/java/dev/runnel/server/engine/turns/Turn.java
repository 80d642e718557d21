package dev.runnel.server.engine.turns;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.server.store.rows.ThreadEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that an API other than the Assistants API asks for, with what it brings to its thread. It may be without an
 * assistant.
 *
 * @param on the thread
 * @param request the run's options; no messages
 * @param input what the run brings, in order
 * @param asked what the request said, as its API shows it
 * @param truncates whether the prompt may be shortened to fit the model's window
 * @param maxToolCalls how many calls of the server's own tools are carried out; null for any number
 * @param temporary whether the thread is removed some time after its run
 * @param hidden whether its API does not show the run later
 */
public record Turn(
        On on, RunRequest request, List<Input> input, JsonValue asked, boolean truncates,
        @Nullable Long maxToolCalls, boolean temporary, boolean hidden) {
    /** Stands for the assistant of runs that have none. */
    public static final String NO_ASSISTANT = "asst_none";

    /** Keeps an unchangeable copy. */
    public Turn {
        input = List.copyOf(input);
    }

    /** The thread that a run is to be on. */
    public sealed interface On {}

    /** A new thread. */
    public record NewThread(Map<String, String> metadata) implements On {
        /** Keeps an unchangeable copy. */
        public NewThread {
            metadata = Map.copyOf(metadata);
        }
    }

    /** A thread that is there. */
    public record Existing(String threadId) implements On {}

    /**
     * The thread of an earlier run if nothing has followed that run there; otherwise a new thread with all that the
     * earlier run's thread had up to the run's end.
     */
    public record After(String runId) implements On {}

    /** The input that a run brings to its thread. */
    public sealed interface Input {}

    /** A message. Its content may have parts of the type {@code input_file}, which the Assistants API does not know. */
    public record Said(MessageRequest message) implements Input {}

    /**
     * An entry of one of the project's threads. It is copied, unless it stands in the thread that the turn is on.
     *
     * @param name as the request names it
     * @param entryId the id of the message, the extra or the tool step
     * @param call which call of a tool step is meant, from 0
     * @param output whether the call's output is meant, and not the call
     */
    public record Referred(String name, String entryId, int call, boolean output) implements Input {}

    /** Something that the Assistants API does not know. */
    public record Beside(ThreadEntry.Kind kind, JsonValue data) implements Input {}
}
