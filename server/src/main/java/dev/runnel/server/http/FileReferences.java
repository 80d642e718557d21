package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requests refer to files: in image parts, attachments and tool resources. Whether there is such a file is the engine's to
 * say. What would hand a file to a tool that this server does not have is refused, rather than forgotten.
 */
final class FileReferences {
    private static final int MAX_ID = 256;

    private FileReferences() {}

    static void imageFile(Fields part) {
        part.required("image_file");
        part.nested("image_file", image -> {
            image.requiredString("file_id", MAX_ID);
            image.choice("detail", "auto", "low", "high");
        });
    }

    static @Nullable List<JsonValue> attachments(Fields f) {
        return f.objects("attachments", 10_000, FileReferences::attachment);
    }

    private static JsonValue attachment(Fields f) {
        ObjectNode attachment = Json.object().put("file_id", f.requiredString("file_id", MAX_ID));
        f.objects("tools", 128, FileReferences::refuseTool);
        attachment.putArray("tools");
        return JsonValue.of(attachment);
    }

    private static Object refuseTool(Fields f) {
        throw unsupported(f.requiredChoice("type", "code_interpreter", "file_search"), f.path("type"));
    }

    /** Objects and lists that name nothing are taken: SDKs send them. */
    static @Nullable JsonValue toolResources(Fields f) {
        return Fields.kept(f.nested("tool_resources", resources -> {
            resources.nested("code_interpreter", tool -> refuse(tool, "code_interpreter", "file_ids", 20));
            resources.nested("file_search", tool -> {
                tool.objects("vector_stores", 1, store -> {
                    throw unsupported("file_search", tool.path("vector_stores"));
                });
                refuse(tool, "file_search", "vector_store_ids", 1);
            });
        }));
    }

    private static void refuse(Fields resources, String tool, String name, int maxSize) {
        if (!resources.strings(name, maxSize).isEmpty()) {
            throw unsupported(tool, resources.path(name));
        }
    }

    private static BadRequestException unsupported(String tool, String path) {
        return BadRequestException.of(
                "The tool '" + tool + "' is not supported by this server yet.", path, "unsupported_tool");
    }
}
