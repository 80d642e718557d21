package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes tool calls of the fragments a model server streams, whatever it leaves out or mixes up. Known from the field: no
 * {@code index}, or always 0 for parallel calls; no {@code id}, or an empty one repeated; the name repeated in every fragment.
 * So: another non-empty id opens the next call even at an index that is taken; without an index a new id or name opens one,
 * and a fragment with neither belongs to the latest. Names are never concatenated.
 *
 * <p>Not thread-safe.
 */
public final class ToolCallSlots {
    private final Supplier<String> ids;
    private final List<Slot> slots = new ArrayList<>();

    /**
     * Slots with a source of ids for calls that come without one.
     *
     * @param ids makes a new id, such as {@code call_…}, at each call
     */
    public ToolCallSlots(Supplier<String> ids) {
        this.ids = ids;
    }

    /** Adds a fragment, and answers the call it belongs to and whether it opened it. */
    public Placed add(ToolCallFragment fragment) {
        Slot slot = find(fragment);
        boolean opened = slot == null;
        if (slot == null) {
            String id = fragment.id().isEmpty() ? ids.get() : fragment.id();
            slot = new Slot(slots.size(), fragment.index(), id, !fragment.id().isEmpty());
            slots.add(slot);
        }
        if (slot.name.isEmpty()) {
            slot.name = fragment.name();
        }
        slot.arguments.append(fragment.arguments());
        JsonValue extra = fragment.extra();
        if (extra != null) {
            slot.extra = slot.extra == null ? extra : slot.extra.with(extra.asMap());
        }
        return new Placed(slot.position, slot.id, slot.name, opened);
    }

    private @Nullable Slot find(ToolCallFragment fragment) {
        if (slots.isEmpty()) {
            return null;
        }
        Slot last = slots.get(slots.size() - 1);
        boolean hasId = !fragment.id().isEmpty();
        if (hasId) {
            for (Slot slot : slots) {
                if (slot.given && slot.id.equals(fragment.id())) {
                    return slot;
                }
            }
        }
        if (fragment.index() == null) {
            return hasId || (!fragment.name().isEmpty() && !last.name.isEmpty()) ? null : last;
        }
        Slot latestAtIndex = null;
        for (Slot slot : slots) {
            if (fragment.index().equals(slot.index)) {
                latestAtIndex = slot;
            }
        }
        return latestAtIndex != null && hasId && latestAtIndex.given ? null : latestAtIndex;
    }

    /** The calls so far, in order. */
    public List<ToolCall> calls() {
        List<ToolCall> calls = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            calls.add(new ToolCall(slot.id, slot.name, slot.arguments.toString(), slot.extra));
        }
        return calls;
    }

    /** Whether no fragment has come yet. */
    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * Where a fragment went.
     *
     * @param position which call, counted from 0 without gaps
     * @param opened whether the fragment is the call's first
     */
    public record Placed(int position, String id, String name, boolean opened) {}

    /**
     * A whole tool call.
     *
     * @param arguments JSON as the model wrote it
     * @param extra members the protocol does not have; null if there are none
     */
    public record ToolCall(String id, String name, String arguments, @Nullable JsonValue extra) {
        /** The call as it is on the wire. */
        public JsonValue toJson() {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("name", name);
            function.put("arguments", arguments);
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", id);
            members.put("type", "function");
            members.put("function", function);
            return (extra == null ? JsonValue.EMPTY_OBJECT : extra).with(members);
        }
    }

    private static final class Slot {
        private final int position;
        private final @Nullable Integer index;
        private final String id;
        private final boolean given;
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable JsonValue extra;

        Slot(int position, @Nullable Integer index, String id, boolean given) {
            this.position = position;
            this.index = index;
            this.id = id;
            this.given = given;
        }
    }
}
