package dev.runnel.server.http.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Tokenizer;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A request for embeddings that this server answers itself.
 *
 * @param inputs what to embed: texts, or arrays of tokens
 * @param dimensions how many numbers a vector is to have; null for the model's own number
 * @param base64 whether vectors are sent as base64 of little-endian floats
 */
record EmbeddingInput(String model, List<JsonNode> inputs, @Nullable Long dimensions, boolean base64) {
    /** The name by which the built-in model is asked for, whatever the model server has. */
    static final String BUILT_IN = "all-minilm-l6-v2";

    private static final int MAX_TEXTS = 2_048;

    private static final String SCHEMA = """
            {"anyOf": [
              {"type": "string", "minLength": 1},
              {"type": "array", "minItems": 1, "maxItems": 2048, "items": {"type": "string", "minLength": 1}},
              {"type": "array", "minItems": 1, "items": {"type": "integer"}},
              {"type": "array", "minItems": 1, "maxItems": 2048,
               "items": {"type": "array", "minItems": 1, "items": {"type": "integer"}}}]}
            """;

    static EmbeddingInput read(Fields f) {
        JsonNode input = f.requiredAny(
                "input", (ObjectNode) Json.readTree(SCHEMA.getBytes(StandardCharsets.UTF_8)));
        String model = f.requiredString("model", Limits.MODEL);
        Long dimensions = f.integer("dimensions", 1, Integer.MAX_VALUE);
        boolean base64 = "base64".equals(f.choice("encoding_format", "float", "base64"));
        f.string("user", Integer.MAX_VALUE);
        return new EmbeddingInput(model, inputs(input), dimensions, base64);
    }

    /** The texts to embed. */
    List<String> texts() {
        return inputs.stream().map(input -> input.isTextual() ? input.textValue() : ofTokens(input)).toList();
    }

    private static List<JsonNode> inputs(JsonNode input) {
        if (input.isMissingNode()) {
            return List.of();
        }
        boolean several = input.isArray() && !isTokens(input);
        List<JsonNode> inputs = new ArrayList<>();
        (several ? input : List.of(input)).forEach(inputs::add);
        boolean valid = !inputs.isEmpty() && inputs.size() <= MAX_TEXTS
                && inputs.stream()
                        .allMatch(each -> isTokens(each) || (each.isTextual() && !each.textValue().isEmpty()));
        if (!valid) {
            throw invalid();
        }
        return inputs;
    }

    private static boolean isTokens(JsonNode value) {
        return value.isArray() && !value.isEmpty()
                && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isInt);
    }

    private static String ofTokens(JsonNode tokens) {
        try {
            return Tokenizer.ofEmbeddingTokens(
                    StreamSupport.stream(tokens.spliterator(), false).map(JsonNode::intValue).toList());
        } catch (IllegalArgumentException e) {
            throw BadRequestException.of("Invalid 'input': it has numbers that are not tokens.", "input",
                    "invalid_value");
        }
    }

    private static BadRequestException invalid() {
        return BadRequestException.of(
                "Invalid 'input': expected a string, or an array of 1 to " + MAX_TEXTS
                        + " strings, of tokens or of arrays of tokens, none of them empty.",
                "input", "invalid_value");
    }
}
