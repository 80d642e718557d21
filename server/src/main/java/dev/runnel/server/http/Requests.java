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
import dev.runnel.protocol.json.Json;
import java.util.List;
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
        JsonNode content = f.required("content");
        if (content.isTextual()) {
            f.requiredString("content", MAX_TEXT);
        } else {
            List<ObjectNode> parts = f.objects("content", 1_000, Requests::part);
            if (parts == null || parts.isEmpty()) {
                throw BadRequestException.of(
                        "Invalid '" + f.path("content")
                                + "': empty array. Expected an array with minimum length 1, but got an"
                                + " empty array instead.",
                        f.path("content"),
                        "empty_array");
            }
        }
        return new MessageRequest(role, JsonValue.of(content), FileReferences.attachments(f), f.metadata("metadata"));
    }

    private static ObjectNode part(Fields f) {
        String type = f.requiredChoice("type", "text", "image_url", "image_file");
        switch (type) {
            case "text" -> f.requiredString("text", MAX_TEXT);
            case "image_url" -> imageUrl(f);
            default -> FileReferences.imageFile(f);
        }
        return Json.object();
    }

    private static void imageUrl(Fields f) {
        f.required("image_url");
        f.nested("image_url", image -> {
            image.requiredString("url", Integer.MAX_VALUE);
            image.choice("detail", "auto", "low", "high");
        });
    }

    /** A create-run request; on a thread that there is. */
    static RunRequest run(Fields f) {
        return run(f, null, f.string("additional_instructions", MAX_INSTRUCTIONS),
                f.objects("additional_messages", 1_000, Requests::message), null);
    }

    /** A create-thread-and-run request. */
    static RunRequest threadAndRun(Fields f) {
        ObjectNode thread = f.object("thread");
        ThreadRequest threadRequest = thread == null
                ? new ThreadRequest(null, null, null)
                : Fields.read(thread, f.path("thread"), Requests::thread);
        return run(f, threadRequest, null, null, FileReferences.toolResources(f));
    }

    private static RunRequest run(
            Fields f,
            @Nullable ThreadRequest thread,
            @Nullable String additionalInstructions,
            @Nullable List<MessageRequest> additionalMessages,
            @Nullable JsonValue toolResources) {
        return new RunRequest(
                f.requiredString("assistant_id", 256),
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
        f.required("tool_outputs");
        List<ToolOutput> outputs = f.objects(
                "tool_outputs",
                1_000,
                o -> new ToolOutput(
                        o.requiredString("tool_call_id", 256),
                        Objects.requireNonNullElse(o.string("output", Integer.MAX_VALUE), "")));
        return new ToolOutputsRequest(Objects.requireNonNullElse(outputs, List.of()), f.bool("stream"));
    }

    private static Tool tool(Fields f) {
        requireFunction(f);
        f.required("function");
        ObjectNode function = Objects.requireNonNullElseGet(f.object("function"), Json::object);
        return new Tool.Function(Fields.read(function, f.path("function"), Requests::function));
    }

    /** The other kinds of tools are not there: better refused than forgotten. */
    private static void requireFunction(Fields f) {
        String type = f.requiredChoice("type", "function", "code_interpreter", "file_search");
        if (!type.equals("function")) {
            throw BadRequestException.of(
                    "The tool '" + type + "' is not supported by this server yet.", f.path("type"), "unsupported_tool");
        }
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
        String name = f.requiredString("name", 64);
        if (!NAME.matcher(name).matches()) {
            throw BadRequestException.of(
                    "Invalid '" + f.path("name")
                            + "': string does not match pattern. Expected a string that matches the pattern"
                            + " '^[a-zA-Z0-9_-]+$'.",
                    f.path("name"),
                    "invalid_value");
        }
        return name;
    }

    private static @Nullable JsonValue responseFormat(Fields f) {
        JsonNode format = f.any("response_format");
        if (format == null || (format.isTextual() && format.textValue().equals("auto"))) {
            return Fields.kept(format);
        }
        if (format.isTextual()) {
            throw f.invalidValue("response_format", format.textValue(), "auto");
        }
        return Fields.kept(f.nested("response_format", fields -> {
            if (fields.requiredChoice("type", "text", "json_object", "json_schema").equals("json_schema")) {
                fields.required("json_schema");
                fields.nested("json_schema", Requests::jsonSchema);
            }
        }));
    }

    private static void jsonSchema(Fields f) {
        name(f);
        f.string("description", Integer.MAX_VALUE);
        f.object("schema");
        f.bool("strict");
    }

    private static @Nullable TruncationStrategy truncation(Fields f) {
        ObjectNode object = f.object("truncation_strategy");
        return object == null
                ? null
                : Fields.read(object, f.path("truncation_strategy"), fields -> {
                    String type = fields.requiredChoice("type", "auto", "last_messages");
                    Long count = fields.integer("last_messages", 1, Integer.MAX_VALUE);
                    if (type.equals("last_messages")) {
                        fields.required("last_messages");
                    }
                    return new TruncationStrategy(type, count == null ? null : Math.toIntExact(count));
                });
    }

    private static @Nullable JsonValue toolChoice(Fields f) {
        JsonNode choice = f.any("tool_choice");
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            f.choice("tool_choice", "none", "auto", "required");
            return JsonValue.of(choice);
        }
        return Fields.kept(f.nested("tool_choice", fields -> {
            requireFunction(fields);
            fields.required("function");
            fields.nested("function", Requests::name);
        }));
    }
}
