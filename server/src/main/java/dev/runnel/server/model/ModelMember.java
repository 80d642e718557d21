package dev.runnel.server.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The {@code model} member of a request or a reply. All other bytes stay as they are. */
public final class ModelMember {
    private static final String NAME = "model";

    private ModelMember() {}

    /** The byte range of a value in its JSON. */
    private record Place(int from, int to) {}

    /** The model that a JSON object names; empty if it names none. */
    public static String in(byte[] json) {
        try {
            return Json.stream(json, parser -> find(parser) ? parser.getText() : "");
        } catch (JsonException e) {
            return "";
        }
    }

    /** The same JSON with another model, if that is another one. */
    public static byte[] renamed(byte[] json, String from, String to) {
        return from.equals(to) ? json : replaced(json, to);
    }

    /** The same JSON with another model; unchanged if it is no object, or names no model. */
    static byte[] replaced(byte[] json, String model) {
        Place place;
        try {
            place = Json.stream(json, ModelMember::place);
        } catch (JsonException e) {
            return json; // invalid JSON is passed on as it is
        }
        byte[] name = Json.write(model);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + name.length);
        if (place.to == 0) {
            return json;
        }
        out.write(json, 0, place.from);
        out.writeBytes(name);
        out.write(json, place.to, json.length - place.to);
        return out.toByteArray();
    }

    private static Place place(JsonParser parser) throws IOException {
        if (!find(parser)) {
            return new Place(0, 0);
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.getText(); // the parser reads a text's end only when it is asked for
        return new Place(from, (int) parser.currentLocation().getByteOffset());
    }

    /** Goes to the value of the object's first {@code model} member that is a text; false if there is none. */
    private static boolean find(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = NAME.equals(parser.currentName());
            JsonToken value = parser.nextToken();
            if (found && value == JsonToken.VALUE_STRING) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
