package dev.runnel.server.http.assistants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.ChunkingFields;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the places where requests refer to files: image parts, attachments and tool resources. The engine checks
 * whether the files exist. A reference that hands a file to a tool that this server does not have is refused. If the
 * server is set to ignore such tools, the reference is kept and shown.
 */
final class FileReferences {
    /** How many files a request may put into a new vector store. */
    private static final int MAX_FILES = 10_000;

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
        List<String> types = f.objects("tools", 128, FileReferences::tool);
        Objects.requireNonNullElse(types, List.<String>of()).forEach(type -> tools.addObject().put("type", type));
        return JsonValue.of(attachment);
    }

    private static String tool(Fields f) {
        checkTool(f);
        return f.requiredChoice("type", "file_search", "code_interpreter");
    }

    /** Throws if this server does not have the tool that the type says, unless it is set to ignore such tools. */
    static void checkTool(Fields f) {
        Optional<String> _ = f.unsupported("type", List.of("code_interpreter"),
                type -> unsupported(type, f.path("type")));
    }

    /**
     * Reads the tool resources of an object that is created. They may ask for a new vector store. Empty objects and
     * lists are accepted, because SDKs send them.
     */
    static @Nullable JsonValue newToolResources(Fields f) {
        return toolResources(f, search -> {
            List<String> ids = search.strings("vector_store_ids", 1);
            List<Fields> stores = search.objects("vector_stores", 1, FileReferences::newStore);
            if (!ids.isEmpty() && stores != null && !stores.isEmpty()) {
                throw BadRequestException.of(
                        "Only one of 'vector_store_ids' and 'vector_stores' can be given.",
                        search.path("vector_stores"), "invalid_value");
            }
        });
    }

    /** Reads the tool resources that replace those of an object, or are added to a run's. */
    static @Nullable JsonValue toolResources(Fields f) {
        return toolResources(f, search -> {
            List<String> _ = search.strings("vector_store_ids", 1);
        });
    }

    private static @Nullable JsonValue toolResources(Fields f, Consumer<Fields> fileSearch) {
        return Fields.kept(f.nested("tool_resources", resources -> {
            resources.nested("code_interpreter", tool -> tool.noneWithout(
                    "code_interpreter", "file_ids", ids -> ids.strings("file_ids", 20),
                    () -> unsupported("code_interpreter", tool.path("file_ids"))));
            resources.nested("file_search", fileSearch);
        }));
    }

    private static Fields newStore(Fields f) {
        List<String> _ = f.strings("file_ids", MAX_FILES);
        ChunkingStrategy.Static _ = ChunkingFields.chunkingStrategy(f);
        Map<String, String> _ = f.metadata("metadata");
        return f;
    }

    private static BadRequestException unsupported(String tool, String path) {
        return BadRequestException.of(
                "The tool '" + tool + "' is not switched on at this server (--code-interpreter).", path,
                "unsupported_tool");
    }
}
