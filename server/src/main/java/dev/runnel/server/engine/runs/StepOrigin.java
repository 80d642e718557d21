package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelDelta;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of a step, an extension: which model server wrote it, and which ones failed before. */
final class StepOrigin {
    /** The longest value of metadata that the protocol allows. */
    private static final int LONGEST = 512;

    private static final String MODEL = "runnel_model";

    private StepOrigin() {}

    /** The name that the model server has for the model; null if that is the run's own. */
    static @Nullable String model(Map<String, String> metadata) {
        return metadata.get(MODEL);
    }

    static Map<String, String> of(ModelDelta.Answered by) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("runnel_server", cut(by.server()));
        metadata.put(MODEL, cut(by.model()));
        if (!by.detours().isEmpty()) {
            metadata.put("runnel_fallback", cut(String.join("; ", by.detours())));
        }
        return metadata;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
