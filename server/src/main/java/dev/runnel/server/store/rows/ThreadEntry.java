package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.RunStep;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The entry at one place of a thread. */
public sealed interface ThreadEntry {

    /** Where it stands. */
    Place place();

    /** The id of the message, the step or the extra. */
    String id();

    /** The run that wrote it; null if a request added it. */
    @Nullable
    String runId();

    /**
     * A place in a thread.
     *
     * @param message the message at this place, or before it
     * @param extra 0 for the message itself, otherwise the place among what follows the message
     */
    record Place(long message, long extra) implements Comparable<Place> {
        /** Before all. */
        public static final Place FIRST = new Place(0, 0);
        /** After all. */
        public static final Place LAST = new Place(Long.MAX_VALUE, Long.MAX_VALUE);

        @Override
        public int compareTo(Place other) {
            int byMessage = Long.compare(message, other.message);
            return byMessage != 0 ? byMessage : Long.compare(extra, other.extra);
        }
    }

    /** A message. */
    record Said(Place place, Message message) implements ThreadEntry {
        @Override
        public String id() {
            return message.id();
        }

        @Override
        public @Nullable String runId() {
            return message.runId();
        }
    }

    /**
     * A step with calls of tools.
     *
     * @param notes null if there are none
     */
    record Called(Place place, RunStep step, @Nullable StepNotes notes) implements ThreadEntry {
        @Override
        public String id() {
            return step.id();
        }

        @Override
        public String runId() {
            return step.runId();
        }
    }

    /** Something that the Assistants API does not know. */
    record Beside(Place place, @Nullable String runId, Extra extra) implements ThreadEntry {
        @Override
        public String id() {
            return extra.id();
        }
    }

    /** The kinds of what the Assistants API does not know. */
    enum Kind {
        /** A message of a role that the Assistants API does not have: {@code role}, {@code content}. */
        INSTRUCTION,
        /** A call of a function: {@code call_id}, {@code name}, {@code arguments}. */
        CALL,
        /** A call's output: {@code call_id}, {@code output}. */
        OUTPUT,
        /** The reasoning of a model: {@code text}. */
        THOUGHT;

        String sqlName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something that the Assistants API does not know.
     *
     * @param data what its kind says
     */
    record Extra(String id, Kind kind, JsonValue data) {}
}
