package dev.runnel.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads lists of models in the forms that model servers have: {@code {"data": […]}}, {@code {"models": […]}} or the array
 * alone, of objects or of names.
 */
public final class ModelLists {
    private static final List<String> ID = List.of("id");

    /** The members in which lists of other forms than the protocol's have a model's name, the usual one first. */
    private static final List<String> NAMES = List.of("id", "model", "name");

    private ModelLists() {}

    /**
     * The models in an answer, in their order. Those without a name that can be asked for are left out.
     *
     * @return empty if the answer is no list of models
     */
    public static Optional<List<ModelInfo>> read(JsonValue answer) {
        if (answer.isArray()) {
            return Optional.of(models(answer, NAMES));
        } else if (answer.get("data").isArray()) {
            return Optional.of(models(answer.get("data"), ID));
        }
        JsonValue models = answer.get("models");
        return models.isArray() ? Optional.of(models(models, NAMES)) : Optional.empty();
    }

    /** A model as the entry of a list has it, or as it is answered alone; its id is empty if it has none. */
    public static ModelInfo model(JsonValue entry) {
        return model(entry, NAMES);
    }

    private static List<ModelInfo> models(JsonValue entries, List<String> names) {
        List<ModelInfo> models = new ArrayList<>();
        for (JsonValue entry : entries.elements()) {
            ModelInfo model = model(entry, names);
            if (!model.id().isBlank()) {
                models.add(model);
            }
        }
        return models;
    }

    private static ModelInfo model(JsonValue entry, List<String> names) {
        String id = entry.isText()
                ? entry.text()
                : names.stream().map(name -> entry.get(name).text()).filter(name -> !name.isBlank()).findFirst()
                        .orElse("");
        long created = entry.get("created").toJava() instanceof Number seconds ? seconds.longValue() : 0;
        return new ModelInfo(id, created, entry.get("owned_by").text());
    }
}
