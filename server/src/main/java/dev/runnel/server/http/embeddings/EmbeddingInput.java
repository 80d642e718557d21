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
 * @param texts what to embed
 * @param dimensions how many numbers a vector is to have; null for the model's own number
 * @param base64 whether vectors are sent as base64 of little-endian floats
 */
record EmbeddingInput(String model, List<String> texts, @Nullable Long dimensions, boolean base64) {
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
        return new EmbeddingInput(model, texts(input), dimensions, base64);
    }

    /** How many tokens the texts have. */
    long tokens() {
        return texts.stream().mapToLong(EmbeddingInput::tokens).sum();
    }

    private static long tokens(String text) {
        long tokens = 0;
        for (int from = 0, to; from < text.length(); from = to) {
            to = Tokenizer.pieceEnd(text, from);
            tokens += Tokenizer.encoding().countTokensOrdinary(text.substring(from, to));
        }
        return tokens;
    }

    private static List<String> texts(JsonNode input) {
        if (input.isTextual()) {
            return List.of(text(input));
        } else if (isTokens(input)) {
            return List.of(ofTokens(input));
        } else if (input.isArray() && !input.isEmpty() && input.size() <= MAX_TEXTS) {
            List<String> texts = new ArrayList<>();
            input.forEach(each -> texts.add(isTokens(each) ? ofTokens(each) : text(each)));
            return texts;
        } else if (input.isMissingNode()) {
            return List.of();
        }
        throw invalid();
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
            throw BadRequestException.of("Invalid 'input': it has numbers that are no tokens.", "input",
                    "invalid_value");
        }
    }

    private static String text(JsonNode value) {
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw invalid();
        }
        return value.textValue();
    }

    private static BadRequestException invalid() {
        return BadRequestException.of(
                "Invalid 'input': expected a string, or an array of 1 to " + MAX_TEXTS
                        + " strings, of tokens or of arrays of tokens, none of them empty.",
                "input", "invalid_value");
    }
}
