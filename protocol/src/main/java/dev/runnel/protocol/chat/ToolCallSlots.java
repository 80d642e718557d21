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
 * Builds tool calls from the fragments that a model server streams, and tolerates missing and mixed-up members. Seen in
 * practice: no {@code index}, or always 0 for parallel calls; no {@code id}, an empty one, one that two calls share, or another
 * one in each fragment; the name repeated in every fragment, or missing in the first; arguments that are empty or {@code null},
 * or begin with an empty object; a call that comes once more as a whole.
 *
 * <p>So: the index tells calls apart; another non-empty id opens the next call even at an index that is taken; without an index
 * a new id or name opens one, and a fragment with neither belongs to the latest. A fragment with arguments and no name goes on
 * with a call whose arguments are not complete, whatever its id. A name that comes again with arguments of its own opens a call,
 * too, where those before are complete; so does another name. Names are never concatenated. A call is shown only when its name is
 * known, and its arguments only while they can be nothing but a JSON object.
 *
 * <p>Not thread-safe. Adding a fragment costs time in proportion to the fragment.
 */
public final class ToolCallSlots {
    /** The member of {@link ToolCall#extra} that keeps the server's id if ours replaces it. */
    private static final String ID = "id";

    private final Supplier<String> ids;
    private final Predicate<String> usable;
    private final boolean keepTheirs;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, Slot> atIndex = new HashMap<>();
    private final Map<String, Slot> byTheirId = new HashMap<>();
    private final Set<String> idsInUse = new HashSet<>();

    /**
     * Slots for a program that talks to the model server itself: ids are kept, except missing and repeated ones.
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
     * Slots for a program that passes the calls on: an unusable id is replaced, and kept in the call's {@linkplain
     * ToolCall#extra extra members}, so that it can be sent back to the model server.
     */
    public static ToolCallSlots handingOn(Supplier<String> ids, Predicate<String> usable) {
        return new ToolCallSlots(ids, usable, true);
    }

    /** Adds a fragment. Returns its call, and the part of the call to show now. */
    public Placed add(ToolCallFragment fragment) {
        Slot slot = find(fragment);
        if (slot != null && slot.isRepeatedBy(fragment)) {
            return new Placed(slot.position, slot.id, slot.name, "", null, false);
        }
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
        slot.append(fragment.arguments());
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
            boolean opens = hasId ? !last.isContinuedBy(fragment)
                    : !fragment.name().isEmpty() && !last.name.isEmpty();
            found = named != null ? named : opens ? null : last;
        } else if (named != null && (named.index == null || named.index.equals(fragment.index()))) {
            found = named;
        } else {
            Slot latest = atIndex.get(fragment.index());
            found = latest != null && latest.isLeftBy(fragment) ? null : latest;
        }
        return found != null && found.isFollowedBy(fragment) && !found.isRepeatedBy(fragment) ? null : found;
    }

    private Placed show(Slot slot, CharSequence presentable) {
        boolean opened = slot.id.isEmpty();
        if (opened) {
            name(slot);
        }
        String more = presentable.subSequence(Math.min(slot.shown, presentable.length()), presentable.length())
                .toString();
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
     * The parts still to show at the reply's end: calls whose arguments were empty or did not begin as an object, with their
     * final arguments; and calls that never got a name, with an empty name.
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
     * Arguments as the protocol has them, a JSON object as text: empty text, {@code null} and an empty list become an object
     * without members, and an object that was quoted once too often is unquoted. Other text stays unchanged.
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
     * The call that a fragment belongs to, and the part of the call to show now.
     *
     * @param position which call, counted from 0 without gaps
     * @param id the call's id; empty until the call is shown
     * @param name the function's name; empty until it is known and the call is shown
     * @param arguments the new part of the arguments to show; may be empty
     * @param extra new members that the protocol does not have; null if there are none
     * @param opened whether this is the first part shown of the call
     */
    public record Placed(
            int position, String id, String name, String arguments, @Nullable JsonValue extra, boolean opened) {}

    /**
     * A whole tool call.
     *
     * @param arguments JSON as the model wrote it; <code>{}</code> if it wrote none
     * @param extra members that the protocol does not have, and the server's own id if ours replaces it; null if there are none
     */
    public record ToolCall(String id, String name, String arguments, @Nullable JsonValue extra) {

        /** The call's id at the model server. */
        public String theirId() {
            String theirs = extra == null ? "" : extra.get(ID).text();
            return theirs.isEmpty() ? id : theirs;
        }

        /** The call as it is sent back to the model server. */
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

        /** How many blanks the arguments are known to begin with. */
        private int blanks;
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

        void append(String more) {
            if (isEmptyObject() && more.stripLeading().startsWith("{")) {
                arguments.setLength(0);
            }
            arguments.append(more);
        }

        /** Some servers begin the arguments with an object without members, in one piece, and send the real ones after it. */
        private boolean isEmptyObject() {
            return shown == 0 && arguments.length() == 2 && arguments.charAt(0) == '{' && arguments.charAt(1) == '}';
        }

        /** The part that can be shown now: all of it if it begins like an object. */
        CharSequence arguments() {
            while (blanks < arguments.length() && Character.isWhitespace(arguments.charAt(blanks))) {
                blanks++;
            }
            boolean object = blanks < arguments.length() && arguments.charAt(blanks) == '{';
            return object && !isEmptyObject() ? arguments : "";
        }

        /** Whether a fragment at the same index is of another call: it has another id, or without an id another name. */
        boolean isLeftBy(ToolCallFragment fragment) {
            if (fragment.id().isEmpty()) {
                return !name.isEmpty() && !fragment.name().isEmpty() && !fragment.name().equals(name);
            }
            return !theirs.isEmpty() && !theirs.equals(fragment.id()) && !isContinuedBy(fragment);
        }

        /** Whether a fragment with another id goes on with this call: it has more of the arguments, and no name. */
        boolean isContinuedBy(ToolCallFragment fragment) {
            return !name.isEmpty() && fragment.name().isEmpty() && !fragment.arguments().isEmpty() && !isComplete();
        }

        /** Whether a fragment is this whole call once more. */
        boolean isRepeatedBy(ToolCallFragment fragment) {
            return !theirs.isEmpty() && theirs.equals(fragment.id()) && !name.isEmpty() && name.equals(fragment.name())
                    && fragment.arguments().contentEquals(arguments) && isComplete();
        }

        /**
         * Whether a fragment with a function's name begins another call: the arguments of this call are complete, and the
         * fragment has arguments of its own.
         */
        boolean isFollowedBy(ToolCallFragment fragment) {
            return !fragment.name().isEmpty() && fragment.arguments().stripLeading().startsWith("{")
                    && !isEmptyObject() && isComplete();
        }

        private boolean isComplete() {
            int last = arguments.length() - 1;
            while (last >= 0 && Character.isWhitespace(arguments.charAt(last))) {
                last--;
            }
            if (last < 0 || arguments.charAt(last) != '}') {
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
