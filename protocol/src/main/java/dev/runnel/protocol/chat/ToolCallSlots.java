package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes tool calls of the fragments a model server streams, whatever it leaves out or mixes up. Known from the field: no
 * {@code index}, or always 0 for parallel calls; no {@code id}, an empty one, or one that two calls share; the name repeated in
 * every fragment, or missing in the first; arguments that are empty or {@code null}.
 *
 * <p>So: the index tells calls apart; another non-empty id opens the next call even at an index that is taken; without an index a
 * new id or name opens one, and a fragment with neither belongs to the latest. A name that comes again with arguments of its own
 * opens a call, too, where those before are complete. Names are never concatenated. Nothing of a call is to be shown before its
 * name is known, and its arguments only as far as they can be nothing but a JSON object.
 *
 * <p>Not thread-safe. Adding a fragment costs time in proportion to the fragment.
 */
public final class ToolCallSlots {
    /** The member of {@link ToolCall#extra} that keeps the server's id where ours stands for it. */
    private static final String ID = "id";

    private final Supplier<String> ids;
    private final Predicate<String> usable;
    private final boolean keepTheirs;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, Slot> atIndex = new HashMap<>();
    private final Map<String, Slot> byTheirId = new HashMap<>();
    private final Set<String> idsInUse = new HashSet<>();

    /**
     * Slots for one who talks to the model server itself: its ids are kept but where one is missing or given twice.
     *
     * @param ids makes a new id, such as {@code call_…}, at each call
     */
    public ToolCallSlots(Supplier<String> ids) {
        this(ids, id -> true, false);
    }

    private ToolCallSlots(Supplier<String> ids, Predicate<String> usable, boolean keepTheirs) {
        this.ids = ids;
        this.usable = usable;
        this.keepTheirs = keepTheirs;
    }

    /**
     * Slots for one who hands the calls on: an id that is not usable is replaced, and kept in the call's {@linkplain ToolCall#extra
     * extra members}, for the model server to be sent back.
     */
    public static ToolCallSlots handingOn(Supplier<String> ids, Predicate<String> usable) {
        return new ToolCallSlots(ids, usable, true);
    }

    /** Adds a fragment, and answers the call it belongs to and what is to be shown of it now. */
    public Placed add(ToolCallFragment fragment) {
        Slot slot = find(fragment);
        if (slot == null) {
            slot = new Slot(slots.size());
            slots.add(slot);
        }
        if (fragment.index() != null) {
            slot.index = slot.index == null ? fragment.index() : slot.index;
            atIndex.put(fragment.index(), slot);
        }
        if (slot.theirs.isEmpty() && !fragment.id().isEmpty()) {
            slot.theirs = fragment.id();
            byTheirId.put(fragment.id(), slot);
        }
        slot.name = slot.name.isEmpty() ? fragment.name() : slot.name;
        slot.arguments.append(fragment.arguments());
        slot.addExtra(fragment.extra());
        return slot.name.isEmpty() ? new Placed(slot.position, "", "", "", null, false) : show(slot, slot.arguments());
    }

    private @Nullable Slot find(ToolCallFragment fragment) {
        if (slots.isEmpty()) {
            return null;
        }
        boolean hasId = !fragment.id().isEmpty();
        Slot named = hasId ? byTheirId.get(fragment.id()) : null;
        Slot found;
        if (fragment.index() == null) {
            Slot last = slots.get(slots.size() - 1);
            boolean opens = hasId || (!fragment.name().isEmpty() && !last.name.isEmpty());
            found = named != null ? named : opens ? null : last;
        } else if (named != null && (named.index == null || named.index.equals(fragment.index()))) {
            found = named;
        } else {
            Slot latest = atIndex.get(fragment.index());
            found = latest != null && hasId && !latest.theirs.isEmpty() && !latest.theirs.equals(fragment.id())
                    ? null
                    : latest;
        }
        return found != null && found.isFollowedBy(fragment) ? null : found;
    }

    private Placed show(Slot slot, String presentable) {
        boolean opened = slot.id.isEmpty();
        if (opened) {
            name(slot);
        }
        String more = presentable.substring(Math.min(slot.shown, presentable.length()));
        slot.shown = Math.max(slot.shown, presentable.length());
        return new Placed(slot.position, slot.id, slot.name, more, slot.takeExtra(), opened);
    }

    private void name(Slot slot) {
        String theirs = slot.theirs;
        boolean taken = !theirs.isEmpty() && usable.test(theirs) && idsInUse.add(theirs);
        slot.id = taken ? theirs : ids.get();
        idsInUse.add(slot.id);
        if (keepTheirs && !taken && !theirs.isEmpty()) {
            slot.addExtra(JsonValue.EMPTY_OBJECT.with(Map.of(ID, theirs)));
        }
    }

    /**
     * What is left to be shown at the reply's end: calls whose arguments were empty, or not an object at once, with what they come to;
     * and those that were never named, with an empty name.
     */
    public List<Placed> finish() {
        List<Placed> rest = new ArrayList<>();
        for (Slot slot : slots) {
            String whole = normal(slot.arguments.toString());
            if (slot.id.isEmpty() || slot.shown < whole.length()) {
                rest.add(show(slot, whole));
            }
        }
        return rest;
    }

    /** The calls so far, in order. */
    public List<ToolCall> calls() {
        List<ToolCall> calls = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            if (slot.id.isEmpty()) {
                name(slot);
            }
            calls.add(new ToolCall(slot.id, slot.name, normal(slot.arguments.toString()), slot.extra));
        }
        return calls;
    }

    /**
     * Arguments as the protocol has them, a JSON object as text: nothing, {@code null} and an empty list are one without members, and
     * an object that was quoted once too often is unquoted. What is something else stays as it is.
     */
    public static String normal(String arguments) {
        String text = arguments.strip();
        if (text.isEmpty() || text.equals("null") || text.equals("[]")) {
            return "{}";
        }
        if (!text.startsWith("\"")) {
            return arguments;
        }
        try {
            String unquoted = JsonValue.parse(text).text().strip();
            return unquoted.isEmpty() || unquoted.equals("null") ? "{}"
                    : unquoted.startsWith("{") ? unquoted : arguments;
        } catch (JsonException e) {
            return arguments;
        }
    }

    /** Whether no fragment has come yet. */
    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * Where a fragment went, and what is to be shown of its call now.
     *
     * @param position which call, counted from 0 without gaps
     * @param id the call's id; empty while it is not to be shown
     * @param name the function's; empty while it is not known, and nothing to be shown
     * @param arguments what the arguments that are shown grow by; may be empty
     * @param extra members the protocol does not have, those that are new; null if there are none
     * @param opened whether it is the first that is shown of the call
     */
    public record Placed(
            int position, String id, String name, String arguments, @Nullable JsonValue extra, boolean opened) {}

    /**
     * A whole tool call.
     *
     * @param arguments JSON as the model wrote it; <code>{}</code> if it wrote none
     * @param extra members the protocol does not have, and the server's own id if another stands for it; null if there are none
     */
    public record ToolCall(String id, String name, String arguments, @Nullable JsonValue extra) {

        /** The id that the model server knows the call by. */
        public String theirId() {
            String theirs = extra == null ? "" : extra.get(ID).text();
            return theirs.isEmpty() ? id : theirs;
        }

        /** The call as the model server is sent it back. */
        public JsonValue toJson() {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("name", name);
            function.put("arguments", arguments);
            Map<String, Object> members = new LinkedHashMap<>();
            members.put(ID, theirId());
            members.put("type", "function");
            members.put("function", function);
            return (extra == null ? JsonValue.EMPTY_OBJECT : extra).with(members);
        }
    }

    private static final class Slot {
        private final int position;
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable Integer index;
        private String theirs = "";

        /** Empty until the call is shown. */
        private String id = "";
        private String name = "";
        private int shown;
        private @Nullable JsonValue extra;
        private @Nullable JsonValue newExtra;

        Slot(int position) {
            this.position = position;
        }

        void addExtra(@Nullable JsonValue more) {
            if (more != null) {
                extra = extra == null ? more : extra.with(more.asMap());
                newExtra = newExtra == null ? more : newExtra.with(more.asMap());
            }
        }

        @Nullable
        JsonValue takeExtra() {
            JsonValue taken = newExtra;
            newExtra = null;
            return taken;
        }

        /** What can be shown already: all of what begins as an object does. */
        String arguments() {
            int i = 0;
            while (i < arguments.length() && Character.isWhitespace(arguments.charAt(i))) {
                i++;
            }
            boolean object = i < arguments.length() && arguments.charAt(i) == '{';
            return object ? arguments.toString() : "";
        }

        /** Whether a fragment that names its function begins another call: this one's arguments are complete, and it has its own. */
        boolean isFollowedBy(ToolCallFragment fragment) {
            boolean another = !fragment.name().isEmpty()
                    && fragment.arguments().stripLeading().startsWith("{")
                    && arguments.toString().stripTrailing().endsWith("}");
            if (!another) {
                return false;
            }
            try {
                return JsonValue.parse(arguments.toString()).isObject();
            } catch (JsonException e) {
                return false;
            }
        }
    }
}
