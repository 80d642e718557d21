package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;

/**
 * How a step shows one call while the model writes it. All values are the object under the tool's kind: in
 * {@code {"id": …, "type": "code_interpreter", "code_interpreter": {"input": …}}} that is the innermost object. For one
 * thread.
 */
public interface CallDisplay {

    /** The object before the model has written any arguments. */
    JsonValue start();

    /**
     * The addition of a further piece of the arguments to the object. Strings are appended to, and entries of arrays have an
     * {@code index}. An empty object if the piece shows nothing.
     *
     * @param piece the next part of the arguments' JSON, which may begin and end anywhere
     */
    JsonValue more(String piece);

    /** A display that shows nothing of the arguments. */
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
