package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of {@link FuzzTest}, as it is sent: a {@link FuzzRoute} after {@link FuzzChange}s. */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
record FuzzRequest(String method, String path, byte[] body) {
    private static final String FORM = new Multipart().contentType();

    /** The request of a route, changed. */
    static FuzzRequest of(FuzzRoute route, FuzzFixtures fixtures, List<FuzzChange> changes) {
        String method = route.method();
        String path = route.path();
        JsonNode json = route.body().startsWith("{") ? Answer.tree(fixtures.filled(route.body())) : null;
        for (FuzzChange change : changes) {
            switch (change) {
                case FuzzChange.Replace replace -> json = json == null ? null
                        : replaced(json, replace.node(), Answer.tree(replace.value()));
                case FuzzChange.Remove remove -> removed(json, remove.node());
                case FuzzChange.Add add -> added(json, add);
                case FuzzChange.Url url -> path = withPart(path, url);
                case FuzzChange.Method other -> method = other.name();
                case FuzzChange.Cut cut -> {
                }
                case FuzzChange.Octet one -> {
                }
            }
        }
        String body = json == null ? route.body() : json.toString();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (FuzzChange change : changes) {
            if (change instanceof FuzzChange.Cut cut) {
                bytes = Arrays.copyOf(bytes, bytes.length * cut.permille() / 1000);
            } else if (change instanceof FuzzChange.Octet one && bytes.length > 0) {
                bytes[(bytes.length - 1) * one.permille() / 1000] = (byte) one.value();
            }
        }
        return new FuzzRequest(method, fixtures.filled(path), bytes);
    }

    Answer send(TestServer server) {
        boolean form = new String(body, StandardCharsets.ISO_8859_1).startsWith("--");
        return server.send(method, path, form ? FORM : "application/json", body);
    }

    @Override
    public String toString() {
        return method + " " + path + " " + new String(body, StandardCharsets.UTF_8);
    }

    private static JsonNode replaced(JsonNode json, int index, JsonNode value) {
        List<Slot> slots = slots(json);
        if (slots.isEmpty()) {
            return value;
        }
        slots.get(index % slots.size()).set(value);
        return json;
    }

    private static void removed(@Nullable JsonNode json, int index) {
        List<Slot> slots = slots(json);
        if (!slots.isEmpty()) {
            slots.get(index % slots.size()).remove();
        }
    }

    private static void added(@Nullable JsonNode json, FuzzChange.Add add) {
        List<ObjectNode> objects = new ArrayList<>();
        if (json instanceof ObjectNode root) {
            objects.add(root);
        }
        slots(json).forEach(slot -> {
            if (slot.value() instanceof ObjectNode object) {
                objects.add(object);
            }
        });
        if (!objects.isEmpty()) {
            objects.get(add.node() % objects.size()).set(add.name(), Answer.tree(add.value()));
        }
    }

    /** A place in a JSON tree. */
    private record Slot(JsonNode parent, String name, int index) {
        JsonNode value() {
            return parent.isObject() ? parent.path(name) : parent.path(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else if (index < parent.size()) {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    private static List<Slot> slots(@Nullable JsonNode json) {
        List<Slot> slots = new ArrayList<>();
        if (json != null && json.isObject()) {
            json.fieldNames().forEachRemaining(name -> slots.add(new Slot(json, name, 0)));
        } else if (json != null && json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                slots.add(new Slot(json, "", i));
            }
        }
        List.copyOf(slots).forEach(slot -> slots.addAll(slots(slot.value())));
        return slots;
    }

    /** Replaces what stands between two of the signs that divide a URL. */
    private static String withPart(String path, FuzzChange.Url url) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.split("(?<=[/?&=])|(?=[/?&=])", -1)));
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).matches("[/?&=]?")) {
                words.add(i);
            }
        }
        if (words.isEmpty()) {
            return path + url.text();
        }
        parts.set(words.get(url.part() % words.size()), url.text());
        return String.join("", parts);
    }
}
