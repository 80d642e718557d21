package dev.runnel.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fragment of one part of a message's content. */
public sealed interface ContentDelta {

    /** Which part of the content it belongs to, from 0. */
    int index();

    /**
     * More text.
     *
     * @param value what to append
     * @param annotations new annotations, as they are on the wire; null where the delta has no such member, as in all but the
     *     first delta of a part
     */
    record Text(int index, String value, @Nullable List<JsonValue> annotations) implements ContentDelta {}

    /** More of a refusal. */
    record Refusal(int index, String refusal) implements ContentDelta {}

    /** An image, or a kind of content this version does not know, as it is on the wire. */
    record Other(int index, JsonValue json) implements ContentDelta {}
}
