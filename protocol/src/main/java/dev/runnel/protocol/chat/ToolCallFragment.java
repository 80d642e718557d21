package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A fragment of a tool call in a chunk, as the model server sent it: empty strings where a member is missing, whatever the
 * protocol promises. {@link ToolCallSlots} makes calls of them.
 *
 * @param index which call; null where the server sent none
 * @param arguments what to append; a JSON object that came instead of a string is here as text
 * @param extra members the protocol does not have, which some servers want back with the call; null if there are none
 */
public record ToolCallFragment(
        @Nullable Integer index, String id, String name, String arguments, @Nullable JsonValue extra) {

    /** The same fragment, of another call. */
    ToolCallFragment at(int newIndex) {
        return new ToolCallFragment(newIndex, id, name, arguments, extra);
    }
}
