package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelDelta;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metadata of a step, an extension: which model server wrote it, and which ones failed before. */
final class StepOrigin {
    /** The longest value of metadata that the protocol allows. */
    private static final int LONGEST = 512;

    private StepOrigin() {}

    static Map<String, String> of(ModelDelta.Answered by) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("runnel_server", cut(by.server()));
        metadata.put("runnel_model", cut(by.model()));
        if (!by.detours().isEmpty()) {
            metadata.put("runnel_fallback", cut(String.join("; ", by.detours())));
        }
        return metadata;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
