package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The text of a value in a chunk, in the many forms in which model servers have it: a string, a number, a part, a list of parts.
 *
 * @param text the reply's
 * @param thought what the model thought before it, if that is a part of its own
 */
record Said(String text, String thought) {
    private static final Said NOTHING = new Said("", "");

    /** The next value as text: a string or a number as it is, the text of a part or of an array of parts; else empty. */
    static String text(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        return text != null ? text : current(json).text;
    }

    /** Reads the next value: a reply's text, and thoughts in parts of their own. */
    static Said next(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        return text != null ? new Said(text, "") : current(json);
    }

    private static Said current(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Said(json.getText(), "");
            case START_ARRAY -> parts(json);
            case START_OBJECT -> part(json);
            default -> NOTHING;
        };
    }

    /** Reads the parts of the array that the parser has come to. */
    static Said parts(JsonParser json) throws IOException {
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Said part = current(json);
            text.append(part.text);
            thought.append(part.thought);
        }
        return new Said(text.toString(), thought.toString());
    }

    /** A part of the content: text, or what the model thought before. */
    private static Said part(JsonParser json) throws IOException {
        String type = "";
        String text = "";
        String thought = "";
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "type" -> type = text(json);
                case "text", "value", "summary" -> text = text(json);
                case "thinking" -> thought = text(json);
                default -> skip(json, json.nextToken());
            }
        }
        boolean thinks = type.contains("think") || type.contains("reason");
        return thinks ? new Said("", thought + text) : new Said(text, thought);
    }

    /** Skips the rest of a value. */
    static void skip(JsonParser json, @Nullable JsonToken token) throws IOException {
        if (token != null && token.isStructStart()) {
            json.skipChildren();
        }
    }
}
