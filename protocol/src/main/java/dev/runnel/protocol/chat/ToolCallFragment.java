package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A fragment of a tool call in a chunk, as the model server sent it, with an empty string for each missing member. {@link
 * ToolCallSlots} builds calls from fragments.
 *
 * @param index which call; null where the server sent none
 * @param arguments what to append; a JSON object that came instead of a string is converted to text
 * @param extra members the protocol does not have, which some servers want back with the call; null if there are none
 */
public record ToolCallFragment(
        @Nullable Integer index, String id, String name, String arguments, @Nullable JsonValue extra) {

    /** Whether it adds nothing to a call. */
    boolean saysNothing() {
        return id.isEmpty() && name.isEmpty() && arguments.isEmpty() && extra == null;
    }

    /** The same fragment, of another call. */
    ToolCallFragment at(int newIndex) {
        return new ToolCallFragment(newIndex, id, name, arguments, extra);
    }
}
