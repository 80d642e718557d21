package dev.runnel.server.http.fields;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Refusals of a request's fields, with the code and the words of the hosted service. A field is named by its path, as in {@code
 * tools[0].function.name}. Static and without state.
 */
public final class FieldFaults {
    private FieldFaults() {}

    /** Refuses a request without a field that it must have. */
    public static BadRequestException missing(String path) {
        return BadRequestException.of("Missing required parameter: '" + path + "'.", path,
                "missing_required_parameter");
    }

    /** Refuses a field that the request cannot have. */
    public static BadRequestException unknown(String path) {
        return BadRequestException.of("Unknown parameter: '" + path + "'.", path, "unknown_parameter");
    }

    static BadRequestException together(String path, String other) {
        return BadRequestException.of(
                "The parameters '" + path + "' and '" + other + "' cannot be used together.", other,
                "mutually_exclusive_parameters");
    }

    static BadRequestException wrongType(String path, String expected, JsonNode value) {
        String got = switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
            default -> "something else";
        };
        return BadRequestException.of(
                "Invalid type for '" + path + "': expected " + expected + ", but got " + got + " instead.", path,
                "invalid_type");
    }

    static BadRequestException tooLong(String path, int length, int maxLength) {
        return BadRequestException.of(
                "Invalid '" + path + "': string too long. Expected a string with maximum length " + maxLength
                        + ", but got a string with length " + length + " instead.",
                path, "string_above_max_length");
    }

    static BadRequestException noMatch(String path, String pattern) {
        return BadRequestException.of(
                "Invalid '" + path + "': string does not match pattern. Expected a string that matches the pattern '^"
                        + pattern + "$'.",
                path, "invalid_value");
    }

    /** Refuses a value that is none of those that a field or a query parameter may have. */
    public static BadRequestException unsupported(String path, String value, String... allowed) {
        String listed = Arrays.stream(allowed).map(each -> "'" + each + "'").collect(Collectors.joining(", "));
        return BadRequestException.of(
                "Invalid value: '" + value + "'. Supported values are: " + listed + ".", path, "invalid_value");
    }

    /**
     * Refuses a number.
     *
     * @param kind {@code integer} or {@code decimal}
     */
    static BadRequestException outOfRange(String path, String kind, boolean below, String bound, String value) {
        return BadRequestException.of(
                "Invalid '" + path + "': " + kind + (below ? " below minimum" : " above maximum")
                        + " value. Expected a value " + (below ? ">= " : "<= ") + bound + ", but got " + value
                        + " instead.",
                path, kind + (below ? "_below_min_value" : "_above_max_value"));
    }

    static BadRequestException emptyArray(String path, int minSize) {
        return BadRequestException.of(
                "Invalid '" + path + "': empty array. Expected an array with minimum length " + minSize
                        + ", but got an empty array instead.",
                path, "empty_array");
    }

    static BadRequestException longArray(String path, int size, int maxSize) {
        return BadRequestException.of(
                "Invalid '" + path + "': array too long. Expected an array with maximum length " + maxSize
                        + ", but got an array with length " + size + " instead.",
                path, "array_above_max_length");
    }

    static BadRequestException manyProperties(String path, int size, int maxSize) {
        return BadRequestException.of(
                "Invalid '" + path + "': too many properties. Expected an object with at most " + maxSize
                        + " properties, but got an object with " + size + " properties instead.",
                path, "object_above_max_properties");
    }

    static BadRequestException longName(String path, String name, int maxLength) {
        return BadRequestException.of(
                "Invalid property name in '" + path + "': '" + name
                        + "' is too long. Expected a name with maximum length " + maxLength + ".",
                path, "property_name_above_max_length");
    }
}
