package dev.runnel.server.http.assistants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the places where requests refer to files: image parts, attachments and tool resources. The engine checks
 * whether the files exist. A reference that hands a file to a tool that this server does not have is refused. If the
 * server is set to ignore such tools, the reference is kept and shown.
 */
final class FileReferences {
    private FileReferences() {}

    static Object imageFile(Fields part) {
        return part.requiredNested("image_file", image -> {
            image.requiredString("file_id", Limits.ID);
            image.choice("detail", "auto", "low", "high");
        });
    }

    static @Nullable List<JsonValue> attachments(Fields f) {
        return f.objects("attachments", 10_000, FileReferences::attachment);
    }

    private static JsonValue attachment(Fields f) {
        ObjectNode attachment = Json.object().put("file_id", f.requiredString("file_id", Limits.ID));
        ArrayNode tools = attachment.putArray("tools");
        f.none("tools",
                all -> Objects.requireNonNullElse(all.objects("tools", 128, FileReferences::tool), List.<String>of())
                        .forEach(type -> tools.addObject().put("type", type)),
                () -> unsupported("file_search", f.path("tools")));
        return JsonValue.of(attachment);
    }

    private static String tool(Fields f) {
        return unsupportedTool(f).orElseGet(() -> f.requiredChoice("type", "code_interpreter", "file_search"));
    }

    /**
     * The tool's type if this server does not have the tool; empty for other types. Throws if the server is set to
     * refuse such tools.
     */
    static Optional<String> unsupportedTool(Fields f) {
        return f.unsupported("type", List.of("code_interpreter"),
                type -> unsupported(type, f.path("type")));
    }

    /**
     * Reads tool resources. Empty objects and lists are accepted, because SDKs send them. The resources are kept and
     * shown, except {@code vector_stores}, which only asks to create vector stores.
     */
    static @Nullable JsonValue toolResources(Fields f) {
        return Fields.kept(f.nested("tool_resources", resources -> {
            resources.nested("code_interpreter", tool -> none(tool, "code_interpreter", "file_ids", 20));
            ObjectNode search = resources.nested("file_search", FileReferences::fileSearch);
            if (search != null) {
                search.remove("vector_stores");
            }
        }));
    }

    private static void fileSearch(Fields tool) {
        none(tool, "file_search", "vector_store_ids", 1);
        tool.none("vector_stores",
                stores -> stores.objects("vector_stores", 1, store -> {
                    store.takeRest();
                    return store;
                }),
                () -> unsupported("file_search", tool.path("vector_stores")));
    }

    private static void none(Fields resources, String tool, String name, int maxSize) {
        resources.none(name, ids -> ids.strings(name, maxSize), () -> unsupported(tool, resources.path(name)));
    }

    private static BadRequestException unsupported(String tool, String path) {
        return BadRequestException.of(
                "The tool '" + tool + "' is not supported by this server yet.", path, "unsupported_tool");
    }
}
