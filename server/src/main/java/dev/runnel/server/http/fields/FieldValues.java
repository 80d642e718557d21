package dev.runnel.server.http.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A single JSON value of a request as a Java value. A value of another type, size or range is refused with its path, in the words of
 * the hosted service.
 */
final class FieldValues {
    private FieldValues() {}

    static String string(String path, JsonNode value, int maxLength) {
        if (!value.isTextual()) {
            throw FieldFaults.wrongType(path, "a string", value);
        }
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        if (length > maxLength) {
            throw FieldFaults.tooLong(path, length, maxLength);
        }
        return text;
    }

    static boolean bool(String path, JsonNode value) {
        if (!value.isBoolean()) {
            throw FieldFaults.wrongType(path, "a boolean", value);
        }
        return value.booleanValue();
    }

    static double decimal(String path, JsonNode value, double min, double max) {
        if (!value.isNumber()) {
            throw FieldFaults.wrongType(path, "a decimal", value);
        }
        double number = value.doubleValue();
        if (number < min || number > max) {
            throw FieldFaults.outOfRange(path, "decimal", number < min, plain(number < min ? min : max),
                    value.asText());
        }
        return number;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    static long integer(String path, JsonNode value, long min, long max) {
        if (!value.isIntegralNumber()) {
            throw FieldFaults.wrongType(path, "an integer", value);
        }
        if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            boolean below = value.canConvertToLong() && value.longValue() < min;
            throw FieldFaults.outOfRange(path, "integer", below, Long.toString(below ? min : max), value.asText());
        }
        return value.longValue();
    }

    /** A text or a number, or a truth value if those are allowed. */
    static Object scalar(String path, JsonNode value, boolean booleans) {
        if (value.isTextual()) {
            return string(path, value, Limits.METADATA_VALUE);
        } else if (value.isNumber()) {
            return value.numberValue();
        } else if (booleans && value.isBoolean()) {
            return value.booleanValue();
        }
        throw FieldFaults.wrongType(
                path, booleans ? "a string, a number or a boolean" : "a string or a number", value);
    }

    static ObjectNode object(String path, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw FieldFaults.wrongType(path, "an object", value);
    }

    /** An array; {@code expected} says of what. */
    static JsonNode array(String path, JsonNode value, String expected, int maxSize) {
        if (!value.isArray()) {
            throw FieldFaults.wrongType(path, expected, value);
        }
        if (value.size() > maxSize) {
            throw FieldFaults.longArray(path, value.size(), maxSize);
        }
        return value;
    }
}
