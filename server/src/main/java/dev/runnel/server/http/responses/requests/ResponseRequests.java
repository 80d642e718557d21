package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunRequest;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import dev.runnel.server.http.fields.Limits;
import dev.runnel.server.http.responses.items.Include;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads requests that create responses, or ask for the tokens of one. The limits are those of OpenAI's document. */
public final class ResponseRequests {
    private static final int MIN_BUDGET = 16;
    private static final int MAX_INCLUDE = 16;

    private ResponseRequests() {}

    public static ResponseRequest response(Fields f) {
        Map<String, Object> asked = new LinkedHashMap<>();
        Boolean background = keep(asked, "background", f.bool("background"));
        asked.putIfAbsent("background", false);
        Boolean store = keep(asked, "store", f.bool("store"));
        asked.putIfAbsent("store", true);
        Long maxToolCalls = keep(asked, "max_tool_calls", f.integer("max_tool_calls", 1, Integer.MAX_VALUE));
        keep(asked, "top_logprobs", f.integer("top_logprobs", 0, 20));
        keep(asked, "service_tier", tier(
                f.choice("service_tier", "auto", "default", "flex", "scale", "priority", "fast", "ultrafast")));
        keep(asked, "user", f.string("user", Limits.ID));
        keep(asked, "safety_identifier", f.string("safety_identifier", 64));
        keep(asked, "prompt_cache_key", f.string("prompt_cache_key", Limits.ID));
        f.choice("prompt_cache_retention", "in_memory", "24h");
        f.object("prompt_cache_options");
        f.nested("stream_options", options -> options.bool("include_obfuscation"));
        asked.put("include", f.words("include", MAX_INCLUDE, Include.words()));
        Parts parts = parts(f, asked);
        set(f.integer("max_output_tokens", MIN_BUDGET, Integer.MAX_VALUE), parts.run::maxCompletionTokens);
        RunRequest run = parts.run
                .metadata(Objects.requireNonNullElse(f.metadata("metadata"), Map.of()))
                .build();
        boolean stream = Boolean.TRUE.equals(f.bool("stream"));
        if (Boolean.TRUE.equals(background) && Boolean.FALSE.equals(store)) {
            throw BadRequestException.of(
                    "A response in the background must be stored: 'store' cannot be false.", f.path("store"),
                    "invalid_value");
        }
        return new ResponseRequest(
                run, parts.input, parts.previous, parts.conversation, JsonValue.of(asked), parts.truncates,
                maxToolCalls, stream,
                Boolean.TRUE.equals(background), !Boolean.FALSE.equals(store));
    }

    /** A request for the tokens of a prompt. */
    public static ResponseRequest tokens(Fields f) {
        Map<String, Object> asked = new LinkedHashMap<>();
        Parts parts = parts(f, asked);
        f.string("personality", Limits.ID);
        return new ResponseRequest(
                parts.run.build(), parts.input, parts.previous, parts.conversation, JsonValue.of(asked),
                parts.truncates, null, false, false, true);
    }

    private static <T> @Nullable T keep(Map<String, Object> asked, String name, @Nullable T value) {
        if (value != null) {
            asked.put(name, value);
        }
        return value;
    }

    private static @Nullable String tier(@Nullable String asked) {
        return asked == null || asked.equals("auto") ? null : asked;
    }

    /** The fields of requests of both kinds. */
    private record Parts(
            RunRequest.Builder run, List<Turn.Input> input, @Nullable String previous, @Nullable String conversation,
            boolean truncates) {}

    private static Parts parts(Fields f, Map<String, Object> asked) {
        String assistant = f.part("prompt", ResponseRequests::prompt);
        // A prompt has a model of its own.
        String model = assistant == null ? f.requiredString("model", Limits.MODEL) : f.string("model", Limits.MODEL);
        RunRequest.Builder run = RunRequest.builder(assistant == null ? Turn.NO_ASSISTANT : assistant);
        set(model, run::model);
        set(f.string("instructions", Integer.MAX_VALUE), run::instructions);
        set(f.decimal("temperature", 0, 2), run::temperature);
        set(f.decimal("top_p", 0, 1), run::topP);
        set(f.bool("parallel_tool_calls"), run::parallelToolCalls);
        ToolChoice.read(f, RequestTools.read(f, run, asked), run, asked);
        ObjectNode text = f.nested("text", ResponseRequests::text);
        if (text != null) {
            asked.put("text", text.deepCopy().without("format"));
            set(format(text.path("format")), run::responseFormat);
        }
        ObjectNode reasoning = f.nested("reasoning", ResponseRequests::reasoning);
        if (reasoning != null) {
            set(reasoning.path("effort").textValue(), run::reasoningEffort);
            keep(asked, "reasoning", reasoning.deepCopy().without("effort"));
        }
        String truncation = keep(asked, "truncation", f.choice("truncation", "auto", "disabled"));
        String previous = keep(asked, "previous_response_id", f.string("previous_response_id", Limits.ID));
        JsonNode conversation = f.textOr("conversation",
                id -> id.string("conversation", Limits.ID),
                object -> object.nested("conversation", it -> it.requiredString("id", Limits.ID)));
        String conversationId = keep(asked, "conversation", conversation == null
                ? null
                : conversation.isTextual() ? conversation.textValue() : conversation.path("id").textValue());
        JsonNode input = f.textOr("input",
                one -> one.string("input", Integer.MAX_VALUE),
                items -> items.objects("input", ItemFields.MAX_ITEMS, ItemFields::item));
        return new Parts(
                run, InputItems.of(input, f.path("input")), previous, conversationId, "auto".equals(truncation));
    }

    private static <T> void set(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    /** An assistant as the prompt: an extension. */
    private static String prompt(Fields f) {
        f.string("version", Limits.ID);
        f.object("variables");
        return f.requiredString("id", Limits.ID);
    }

    private static void reasoning(Fields f) {
        f.choice("effort", "none", "minimal", "low", "medium", "high", "xhigh", "max");
        f.choice("summary", "auto", "concise", "detailed");
        f.choice("generate_summary", "auto", "concise", "detailed");
    }

    private static void text(Fields f) {
        f.nested("format", ResponseRequests::formatFields);
        f.choice("verbosity", "low", "medium", "high");
    }

    private static void formatFields(Fields f) {
        Object _ = f.<Object>kinds("type", List.of(
                new Kind<>("text", format -> format),
                new Kind<>("json_object", format -> format),
                new Kind<>("json_schema", format -> {
                    RequestTools.name(format);
                    format.string("description", Integer.MAX_VALUE);
                    format.bool("strict");
                    ObjectNode _ = format.requiredObject("schema");
                    return format;
                })));
    }

    /** The format in the form of chat completions, which runs keep; null for plain text. */
    private static @Nullable JsonValue format(JsonNode given) {
        if (!(given instanceof ObjectNode format) || format.path("type").asText().equals("text")) {
            return null;
        }
        String type = format.path("type").asText();
        return type.equals("json_schema")
                ? JsonValue.of(Map.of("type", type, type, format.deepCopy().without("type")))
                : JsonValue.of(Map.of("type", type));
    }
}
