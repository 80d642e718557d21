package dev.runnel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import dev.runnel.protocol.TruncationStrategy;
import dev.runnel.server.engine.runs.RunLimits;
import dev.runnel.server.http.Fields.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The requests' fields with their types and limits, as the published OpenAPI document gives them, and where it is silent, as the
 * hosted service was seen to behave: at most 32 initial messages, and token budgets from 16 on.
 */
final class Requests {
    static final int MAX_MODEL = 256;

    private static final int MAX_INSTRUCTIONS = 256_000;
    private static final int MAX_TEXT = 256_000;
    private static final int MAX_INITIAL_MESSAGES = 32;
    private static final int MIN_BUDGET = 16;
    private static final JsonValue NO_PARAMETERS = JsonValue.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String[] EFFORTS = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

    private Requests() {}

    static AssistantRequest assistant(Fields f) {
        return assistant(f, f.requiredString("model", MAX_MODEL));
    }

    /** An assistant's fields but for its model, which may be left out when one is changed. */
    static AssistantRequest assistant(Fields f, String model) {
        return new AssistantRequest(
                model,
                f.string("name", 256),
                f.string("description", 512),
                f.string("instructions", MAX_INSTRUCTIONS),
                f.objects("tools", 128, Requests::tool),
                FileReferences.toolResources(f),
                f.decimal("temperature", 0, 2),
                f.decimal("top_p", 0, 1),
                responseFormat(f),
                f.choice("reasoning_effort", EFFORTS),
                f.metadata("metadata"));
    }

    static ThreadRequest thread(Fields f) {
        return new ThreadRequest(
                f.objects("messages", MAX_INITIAL_MESSAGES, Requests::message),
                FileReferences.toolResources(f),
                f.metadata("metadata"));
    }

    static MessageRequest message(Fields f) {
        Role role = f.requiredChoice("role", "user", "assistant").equals("user") ? Role.USER : Role.ASSISTANT;
        JsonNode content = f.textOr("content",
                text -> text.requiredString("content", MAX_TEXT),
                parts -> parts.requiredObjects("content", 1, 1_000, Requests::part));
        return new MessageRequest(role, JsonValue.of(content), FileReferences.attachments(f), f.metadata("metadata"));
    }

    private static Object part(Fields f) {
        return f.kinds("type", List.of(
                new Kind<>("text", part -> part.requiredString("text", MAX_TEXT)),
                new Kind<>("image_url", part -> part.requiredNested("image_url", Requests::imageUrl)),
                new Kind<>("image_file", FileReferences::imageFile)));
    }

    private static void imageUrl(Fields image) {
        image.requiredString("url", Integer.MAX_VALUE);
        image.choice("detail", "auto", "low", "high");
    }

    /** A create-run request; on a thread that there is. */
    static RunRequest run(Fields f) {
        return run(f, null, f.string("additional_instructions", MAX_INSTRUCTIONS),
                f.objects("additional_messages", 1_000, Requests::message), null);
    }

    /** A create-thread-and-run request. */
    static RunRequest threadAndRun(Fields f) {
        ThreadRequest thread = f.part("thread", Requests::thread);
        return run(f, Objects.requireNonNullElseGet(thread, ThreadRequest::of), null, null,
                FileReferences.toolResources(f));
    }

    private static RunRequest run(
            Fields f,
            @Nullable ThreadRequest thread,
            @Nullable String additionalInstructions,
            @Nullable List<MessageRequest> additionalMessages,
            @Nullable JsonValue toolResources) {
        return new RunRequest(
                f.requiredString("assistant_id", Limits.ID),
                thread,
                f.string("model", MAX_MODEL),
                f.string("instructions", MAX_INSTRUCTIONS),
                additionalInstructions,
                additionalMessages,
                f.objects("tools", 20, Requests::tool),
                toolResources,
                f.decimal("temperature", 0, 2),
                f.decimal("top_p", 0, 1),
                responseFormat(f),
                f.choice("reasoning_effort", EFFORTS),
                f.integer("max_prompt_tokens", MIN_BUDGET, Integer.MAX_VALUE),
                f.integer("max_completion_tokens", MIN_BUDGET, Integer.MAX_VALUE),
                truncation(f),
                toolChoice(f),
                f.bool("parallel_tool_calls"),
                f.metadata("metadata"),
                f.bool("stream"));
    }

    static ToolOutputsRequest toolOutputs(Fields f) {
        List<ToolOutput> outputs = f.requiredObjects(
                "tool_outputs",
                0,
                RunLimits.CALLS,
                o -> new ToolOutput(
                        o.requiredString("tool_call_id", Limits.ID),
                        Objects.requireNonNullElse(o.string("output", Integer.MAX_VALUE), "")));
        return new ToolOutputsRequest(outputs, f.bool("stream"));
    }

    private static Tool tool(Fields f) {
        return switch (toolType(f)) {
            case "code_interpreter" -> new Tool.CodeInterpreter();
            case "file_search" -> new Tool.FileSearch(Fields.kept(f.object("file_search")));
            default -> new Tool.Function(f.requiredPart("function", Requests::function));
        };
    }

    /** The other kinds of tools are not there: they are refused, unless the server is set to take them. */
    private static String toolType(Fields f) {
        return FileReferences.unsupportedTool(f).orElseGet(() -> f.requiredChoice("type", "function"));
    }

    /** As the hosted service echoes it: with parameters and strict, given or not. */
    private static FunctionDefinition function(Fields f) {
        return new FunctionDefinition(
                name(f),
                f.string("description", Integer.MAX_VALUE),
                Objects.requireNonNullElse(Fields.kept(f.object("parameters")), NO_PARAMETERS),
                Objects.requireNonNullElse(f.bool("strict"), false));
    }

    private static String name(Fields f) {
        return f.requiredString("name", 64, NAME);
    }

    private static @Nullable JsonValue responseFormat(Fields f) {
        return Fields.kept(f.textOr("response_format",
                text -> text.choice("response_format", "auto"),
                object -> object.nested("response_format", Requests::format)));
    }

    private static void format(Fields f) {
        Object _ = f.<Object>kinds("type", List.of(
                new Kind<>("text", format -> format),
                new Kind<>("json_object", format -> format),
                new Kind<>("json_schema", format -> format.requiredNested("json_schema", Requests::jsonSchema))));
    }

    private static void jsonSchema(Fields f) {
        name(f);
        f.string("description", Integer.MAX_VALUE);
        f.object("schema");
        f.bool("strict");
    }

    private static @Nullable TruncationStrategy truncation(Fields f) {
        return f.part("truncation_strategy", strategy -> strategy.kinds("type", List.of(
                new Kind<>("auto", auto -> truncation("auto", auto.integer("last_messages", 1, Integer.MAX_VALUE))),
                new Kind<>("last_messages", last -> truncation(
                        "last_messages", last.requiredInteger("last_messages", 1, Integer.MAX_VALUE))))));
    }

    private static TruncationStrategy truncation(String type, @Nullable Long count) {
        return new TruncationStrategy(type, count == null ? null : Math.toIntExact(count));
    }

    private static @Nullable JsonValue toolChoice(Fields f) {
        return Fields.kept(f.textOr("tool_choice",
                text -> text.choice("tool_choice", "none", "auto", "required"),
                object -> object.nested("tool_choice", Requests::namedTool)));
    }

    private static void namedTool(Fields f) {
        if (toolType(f).equals("function")) {
            f.requiredNested("function", Requests::name);
        }
    }

    /** A chat completion's: only what must be right for it to be passed on; all else is between the caller and the model. */
    static Boolean chat(Fields f) {
        f.requiredString("model", MAX_MODEL);
        f.requiredArray("messages", 1);
        return Boolean.TRUE.equals(f.bool("stream"));
    }

    /** What requests may hold, by the names of their types and of what several of them have in common. */
    static Map<String, ObjectNode> schemas() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("FunctionTool", SchemaFields.describe(Requests::tool));
        schemas.put("ResponseFormat", SchemaFields.describe("response_format", Requests::responseFormat));
        schemas.put("ToolChoice", SchemaFields.describe("tool_choice", Requests::toolChoice));
        schemas.put("ToolResources", SchemaFields.describe("tool_resources", FileReferences::toolResources));
        schemas.put("MessageRequest", SchemaFields.describe(Requests::message));
        schemas.put("ThreadRequest", SchemaFields.describe(Requests::thread));
        schemas.put("ThreadChange", SchemaFields.describe(Modifications::thread));
        schemas.put("AssistantRequest", SchemaFields.describe(Requests::assistant));
        schemas.put("AssistantChange", SchemaFields.describe(Modifications::assistant));
        schemas.put("MetadataChange", SchemaFields.describe(Modifications::metadata));
        ObjectNode run = SchemaFields.describe(Requests::run);
        run.withObjectProperty("properties")
                .setAll(SchemaFields.describe(Requests::threadAndRun).withObjectProperty("properties"));
        schemas.put("RunRequest", run);
        schemas.put("ToolOutputsRequest", SchemaFields.describe(Requests::toolOutputs));
        schemas.put("ChatRequest", SchemaFields.describe(Requests::chat).without("additionalProperties"));
        schemas.put("UploadForm", UploadForm.schema());
        return schemas;
    }
}
