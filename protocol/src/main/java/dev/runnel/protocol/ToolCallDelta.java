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
     * @param output what the caller answered; the hosted service never sent it in a delta, though the format has it
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

    /** A fragment of a call of a tool of the server's, or of a kind this version does not know, as it is on the wire. */
    record Other(int index, JsonValue json) implements ToolCallDelta {}
}
