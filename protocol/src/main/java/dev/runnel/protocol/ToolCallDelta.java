package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/** A fragment of one tool call of a run step. */
public sealed interface ToolCallDelta {

    /** Which call of the step it belongs to, from 0. */
    int index();

    /**
     * A fragment of a function call. The first one of a call has its id and name, and empty arguments; the later ones have
     * arguments only.
     *
     * @param arguments what to append
     * @param output the caller's output; the format has it, but the hosted service never sent it in a delta
     */
    record Function(
            int index, @Nullable String id, @Nullable String name, @Nullable String arguments, @Nullable String output)
            implements
                ToolCallDelta {

        /** The first fragment of a call. */
        public static Function start(int index, String id, String name) {
            return new Function(index, id, name, "", null);
        }

        /** A later fragment. */
        public static Function more(int index, String arguments) {
            return new Function(index, null, null, arguments, null);
        }
    }

    /** A fragment of a call of a server tool, or of a kind that this version does not know, as it is on the wire. */
    record Other(int index, JsonValue json) implements ToolCallDelta {}
}
