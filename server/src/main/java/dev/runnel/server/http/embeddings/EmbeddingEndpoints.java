package dev.runnel.server.http.embeddings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.model.Model;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Tokenizer;
import dev.runnel.server.engine.vectorstores.Embedding;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.JsonFields;
import dev.runnel.server.http.fields.SchemaFields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/**
 * Embeddings. The model server answers; where it has none, or is asked for the model of this server, the embedding model of
 * vector stores does.
 */
public final class EmbeddingEndpoints implements Endpoints {
    private final Model model;
    private final Embedding embedding;

    public EmbeddingEndpoints(Model model, Embedding embedding) {
        this.model = model;
        this.embedding = embedding;
    }

    /** The answer's type, whose schema is below. */
    private interface EmbeddingList {}

    /** The request's type, whose schema comes from the code that reads it. */
    private interface EmbeddingRequest {}

    @Override
    public void register(Router router) {
        router.route("POST", "/v1/embeddings", this::create,
                describe("createEmbedding", "Turn texts into vectors").takes(EmbeddingRequest.class)
                        .gives(EmbeddingList.class));
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>(); // so that the description is the same at each start
        schemas.put("EmbeddingRequest", requestSchema());
        schemas.put("EmbeddingList", answerSchema());
        return schemas;
    }

    /** Other fields are for the model server. */
    private static ObjectNode requestSchema() {
        ObjectNode schema = SchemaFields.describe(EmbeddingInput::read);
        schema.remove("additionalProperties");
        return schema;
    }

    private static ObjectNode answerSchema() {
        return (ObjectNode) Json.readTree("""
                {"type": "object", "required": ["object", "data", "model", "usage"], "properties": {
                  "object": {"type": "string", "const": "list"},
                  "model": {"type": "string"},
                  "data": {"type": "array", "items": {"type": "object", "required": ["object", "index", "embedding"],
                    "properties": {
                      "object": {"type": "string", "const": "embedding"},
                      "index": {"type": "integer"},
                      "embedding": {"anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "string"}]}}}},
                  "usage": {"type": "object", "required": ["prompt_tokens", "total_tokens"], "properties": {
                    "prompt_tokens": {"type": "integer"}, "total_tokens": {"type": "integer"}}}}}
                """.getBytes(StandardCharsets.UTF_8));
    }

    void create(Exchange exchange) {
        byte[] body = exchange.bytes();
        ObjectNode json = Exchange.object(body);
        EmbeddingInput input = EmbeddingInput.read(JsonFields.of(json));
        exchange.admit(input.model());
        Optional<byte[]> relayed = input.model().equals(EmbeddingInput.BUILT_IN) ? Optional.empty() : model.embed(body);
        exchange.sendJson(200, relayed.orElseGet(() -> own(input)));
    }

    private byte[] own(EmbeddingInput input) {
        String name = embedding.model();
        if (name == null) {
            throw new BadRequestException(404, ApiError.invalidRequest(
                    "The model server has no embeddings for the model '" + input.model()
                            + "', and this server was built without an embedding model.",
                    "model", "model_not_found"));
        }
        if (input.dimensions() != null && input.dimensions() != embedding.dimensions()) {
            throw BadRequestException.of(
                    "Invalid 'dimensions': the vectors of this model have " + embedding.dimensions() + " dimensions.",
                    "dimensions", "invalid_value");
        }
        ObjectNode answer = Json.object().put("object", "list");
        ArrayNode data = answer.putArray("data");
        List<String> texts = input.texts();
        for (String text : texts) {
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            put(entry, embedding.ofText(text), input.base64());
        }
        answer.put("model", name);
        long tokens = texts.stream().mapToLong(Tokenizer::count).sum();
        answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Json.write(answer);
    }

    private static void put(ObjectNode entry, float[] vector, boolean base64) {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            entry.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
        } else {
            ArrayNode values = entry.putArray("embedding");
            for (float value : vector) {
                values.add(value);
            }
        }
    }
}
