package dev.runnel.server.http.assistants;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields that say how a model is to reply. Assistants and runs have these fields in common. */
final class ModelFields {
    /** The longest instructions, in characters. */
    static final int MAX_INSTRUCTIONS = 256_000;

    private ModelFields() {}

    static @Nullable String reasoningEffort(Fields f) {
        return f.choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh", "max");
    }

    static @Nullable JsonValue responseFormat(Fields f) {
        return Fields.kept(f.textOr("response_format",
                text -> text.choice("response_format", "auto"),
                object -> object.nested("response_format", ModelFields::format)));
    }

    private static void format(Fields f) {
        Object _ = f.<Object>kinds("type", List.of(
                new Kind<>("text", format -> format),
                new Kind<>("json_object", format -> format),
                new Kind<>("json_schema", format -> format.requiredNested("json_schema", ModelFields::jsonSchema))));
    }

    private static void jsonSchema(Fields f) {
        ToolFields.name(f);
        f.string("description", Integer.MAX_VALUE);
        f.object("schema");
        f.bool("strict");
    }
}
