package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;

/**
 * How a step shows one call while the model writes it. All values are what the call has under its tool's kind: of
 * {@code {"id": …, "type": "code_interpreter", "code_interpreter": {"input": …}}} the innermost object. For one thread.
 */
public interface CallDisplay {

    /** The call before its first argument. */
    JsonValue start();

    /**
     * What an added piece of the arguments adds to the call: strings are appended to, entries of arrays have an {@code index}. An empty
     * object if there is nothing to show of it.
     *
     * @param piece of the arguments' JSON, cut anywhere
     */
    JsonValue more(String piece);

    /** Shows nothing of the arguments. */
    static CallDisplay still(JsonValue start) {
        return new CallDisplay() {
            @Override
            public JsonValue start() {
                return start;
            }

            @Override
            public JsonValue more(String piece) {
                return JsonValue.EMPTY_OBJECT;
            }
        };
    }
}
