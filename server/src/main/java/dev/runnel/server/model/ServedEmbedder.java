package dev.runnel.server.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.search.Vectors;

/** An embedding model of the model server. Thread-safe. */
public final class ServedEmbedder implements Embedder {
    private final Model model;
    private final String name;
    private volatile int dimensions;

    /**
     * The model of a name.
     *
     * @param model asks the model server; it is not closed with this object
     */
    public ServedEmbedder(Model model, String name) {
        this.model = model;
        this.name = name;
    }

    @Override
    public String model() {
        return name;
    }

    @Override
    public int dimensions() {
        return dimensions > 0 ? dimensions : embed("dimensions").length;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ModelException if the model server gives no vector
     */
    @Override
    public float[] embed(String text) {
        byte[] answer = model.embed(Json.write(
                Json.object().put("model", name).put("input", text).put("encoding_format", "float")))
                .orElseThrow(() -> fault("has no embedding model '" + name + "'"));
        JsonNode values = Json.readTree(answer).at("/data/0/embedding");
        if (!values.isArray() || values.isEmpty()) {
            throw fault("sent no vector for the embedding model '" + name + "'");
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) values.get(i).asDouble();
        }
        dimensions = vector.length;
        return Vectors.normalize(vector);
    }

    private ModelException fault(String what) {
        return new ModelException(ModelException.Kind.SERVER_ERROR, model.description() + " " + what + ".", null);
    }

    @Override
    public void close() {
        // The model is the caller's.
    }
}
