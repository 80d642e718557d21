package dev.runnel.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.Map;

/**
 * Accumulates deltas into an object, by the rules the official SDKs share: an absent or null member is set; {@code index} and
 * {@code type} are overwritten; strings are concatenated; numbers are added; objects are merged member by member; arrays of
 * objects are merged by their entries' integer {@code index}; arrays of primitives are appended to; a null over a value is
 * ignored. Where the SDKs disagree (a value of another kind, booleans) the last value wins and a warning is logged.
 *
 * <p>Not thread-safe. Merging a fragment costs time in proportion to the fragment, not to what has grown so far.
 */
public final class JsonMerge {
    private static final System.Logger LOG = System.getLogger(JsonMerge.class.getName());

    /** Strings that grew are held as {@link StringBuilder}s in here. */
    private final ObjectNode grown = JsonNodeFactory.instance.objectNode();

    /** Merges one delta in; the delta itself is not changed, and not kept. */
    public void merge(ObjectNode delta) {
        mergeObjects(grown, delta);
    }

    /** The accumulated object, as a copy. */
    public ObjectNode snapshot() {
        return (ObjectNode) plain(grown);
    }

    private static void mergeObjects(ObjectNode into, ObjectNode delta) {
        for (Map.Entry<String, JsonNode> member : delta.properties()) {
            String key = member.getKey();
            JsonNode value = member.getValue();
            JsonNode old = into.get(key);
            if (old == null || old.isNull() || key.equals("index") || key.equals("type")) {
                into.set(key, value.deepCopy());
            } else if (!value.isNull()) {
                into.set(key, mergeValues(key, old, value));
            }
        }
    }

    private static JsonNode mergeValues(String key, JsonNode old, JsonNode value) {
        if (isText(old) && value.isTextual()) {
            return append(old, value.textValue());
        }
        if (old.isNumber() && value.isNumber()) {
            return add(old, value);
        }
        if (old instanceof ObjectNode object && value instanceof ObjectNode delta) {
            mergeObjects(object, delta);
            return object;
        }
        if (old instanceof ArrayNode array && value instanceof ArrayNode delta) {
            mergeArrays(key, array, delta);
            return array;
        }
        LOG.log(Level.WARNING,
                "the delta for {0} has another JSON type than the value before; the new value replaces it", key);
        return value.deepCopy();
    }

    private static void mergeArrays(String key, ArrayNode into, ArrayNode delta) {
        boolean primitives = allPrimitive(into);
        boolean empty = into.isEmpty();
        for (JsonNode entry : delta) {
            JsonNode index = entry.get("index");
            if (empty || primitives || index == null || !index.canConvertToInt() || index.intValue() < 0) {
                if (!empty && !primitives) {
                    LOG.log(Level.WARNING, "an entry of {0} has no index; it is appended", key);
                }
                into.add(entry.deepCopy());
            } else if (index.intValue() < into.size()) {
                int at = index.intValue();
                into.set(at, mergeValues(key, into.get(at), entry));
            } else {
                into.add(entry.deepCopy());
            }
        }
    }

    private static boolean allPrimitive(ArrayNode array) {
        for (JsonNode entry : array) {
            if (entry.isContainerNode()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(JsonNode node) {
        return node.isTextual() || node.isPojo();
    }

    private static JsonNode append(JsonNode old, String more) {
        if (old instanceof POJONode grown && grown.getPojo() instanceof StringBuilder text) {
            text.append(more);
            return grown;
        }
        StringBuilder text = new StringBuilder(old.textValue());
        text.append(more);
        return new POJONode(text);
    }

    private static JsonNode add(JsonNode a, JsonNode b) {
        if (a.isIntegralNumber() && b.isIntegralNumber()) {
            return JsonNodeFactory.instance.numberNode(a.longValue() + b.longValue());
        }
        return JsonNodeFactory.instance.numberNode(a.decimalValue().add(b.decimalValue()));
    }

    private static JsonNode plain(JsonNode node) {
        if (node instanceof POJONode grown && grown.getPojo() instanceof StringBuilder text) {
            return JsonNodeFactory.instance.textNode(text.toString());
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> copy.set(member.getKey(), plain(member.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            for (Iterator<JsonNode> entries = array.elements(); entries.hasNext();) {
                copy.add(plain(entries.next()));
            }
            return copy;
        }
        return node;
    }
}
