package dev.runnel.server.http.responses.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.responses.items.Include;
import dev.runnel.server.store.rows.RunNotes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as the Responses API shows it.
 *
 * @param asked what a request of this API said; empty for a run of the Assistants API
 * @param include what its items show besides what all see
 */
public record RunAsResponse(JsonValue asked, Include include) {
    private static final Set<String> ERROR_CODES = Set.of("server_error", "rate_limit_exceeded", "invalid_prompt");
    private static final JsonValue NO_PARAMETERS = JsonValue.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final JsonValue PLAIN = JsonValue.of(Map.of("format", Map.of("type", "text")));

    public static RunAsResponse of(Optional<RunNotes> notes, Include include) {
        JsonValue asked = notes.map(RunNotes::asked).orElse(JsonValue.EMPTY_OBJECT);
        List<String> words = asked.get("include").elements().stream().map(JsonValue::text).toList();
        return new RunAsResponse(asked, Include.of(words).or(include));
    }

    /** A run of the Assistants API runs in the background: nobody waits for it in the request that begins it. */
    public boolean background() {
        return !asked.get("background").equals(JsonValue.of(false));
    }

    /** The response with this output. */
    public ResponseObject show(Run run, List<ResponseItem> output) {
        ResponseStatus status = status(run);
        return new ResponseObject(
                ResponseIds.response(run.id()),
                run.createdAt(),
                status,
                background(),
                status == ResponseStatus.COMPLETED ? run.completedAt() : null,
                failure(run),
                incomplete(run),
                run.instructions().isEmpty() ? null : run.instructions(),
                run.maxCompletionTokens(),
                number("max_tool_calls"),
                run.model(),
                output,
                run.parallelToolCalls(),
                text("previous_response_id"),
                conversation(run),
                prompt(run),
                new ResponseObject.Reasoning(
                        run.reasoningEffort(), asked.get("reasoning").get("summary").isNull()
                                ? null
                                : asked.get("reasoning").get("summary").text()),
                !asked.get("store").equals(JsonValue.of(false)),
                Objects.requireNonNullElse(run.temperature(), 1.0),
                format(run),
                asked.get("tool_choice").isNull() ? choice(run.toolChoice()) : asked.get("tool_choice"),
                tools(run).stream().map(tool -> tool(tool, run)).toList(),
                Objects.requireNonNullElse(run.topP(), 1.0),
                Objects.requireNonNullElse(number("top_logprobs"), 0L),
                0,
                0,
                Objects.requireNonNullElse(
                        text("truncation"), asked.equals(JsonValue.EMPTY_OBJECT) ? "auto" : "disabled"),
                Objects.requireNonNullElse(text("service_tier"), "default"),
                used(run.usage()),
                text("user"),
                text("safety_identifier"),
                text("prompt_cache_key"),
                run.metadata());
    }

    /** The conversation that the request named; for a run of the Assistants API its thread. */
    private ResponseObject.@Nullable ConversationReference conversation(Run run) {
        return asked.get("conversation").isNull() && !asked.equals(JsonValue.EMPTY_OBJECT)
                ? null
                : new ResponseObject.ConversationReference(ResponseIds.conversation(run.threadId()));
    }

    /** The tools as the request gave them, of which it may have allowed the run only some. */
    private List<Tool> tools(Run run) {
        JsonValue given = asked.get("tools");
        return given.isNull()
                ? run.tools()
                : given.elements().stream().map(tool -> Json.convert(Json.tree(tool), Tool.class)).toList();
    }

    private @Nullable String text(String name) {
        JsonValue value = asked.get(name);
        return value.isText() ? value.text() : null;
    }

    private @Nullable Long number(String name) {
        return asked.get(name).toJava() instanceof Number number ? number.longValue() : null;
    }

    private ResponseStatus status(Run run) {
        return switch (run.status()) {
            case QUEUED -> background() ? ResponseStatus.QUEUED : ResponseStatus.IN_PROGRESS;
            case IN_PROGRESS, REQUIRES_ACTION, CANCELLING, UNKNOWN -> ResponseStatus.IN_PROGRESS;
            case COMPLETED -> ResponseStatus.COMPLETED;
            case INCOMPLETE -> ResponseStatus.INCOMPLETE;
            case CANCELLED -> ResponseStatus.CANCELLED;
            case FAILED, EXPIRED -> ResponseStatus.FAILED;
        };
    }

    private static ResponseObject.@Nullable Failure failure(Run run) {
        if (run.status() == RunStatus.EXPIRED) {
            return new ResponseObject.Failure("server_error", "The response was not done in the time that it had.");
        }
        LastError error = run.lastError();
        return error == null
                ? null
                : new ResponseObject.Failure(
                        ERROR_CODES.contains(error.code()) ? error.code() : "server_error", error.message());
    }

    private static ResponseObject.@Nullable Incomplete incomplete(Run run) {
        if (run.status() != RunStatus.INCOMPLETE || run.incompleteDetails() == null) {
            return null;
        }
        boolean filtered = run.incompleteDetails().reason().equals("content_filter");
        return new ResponseObject.Incomplete(filtered ? "content_filter" : "max_output_tokens");
    }

    private static ResponseObject.@Nullable Used used(@Nullable Usage usage) {
        return usage == null
                ? null
                : new ResponseObject.Used(
                        usage.promptTokens(),
                        new ResponseObject.InputDetails(usage.promptTokenDetails().cachedTokens(), 0),
                        usage.completionTokens(),
                        new ResponseObject.OutputDetails(usage.completionTokensDetails().reasoningTokens()),
                        usage.totalTokens());
    }

    private @Nullable JsonValue prompt(Run run) {
        return run.assistantId().equals(Turn.NO_ASSISTANT) ? null : JsonValue.of(Map.of("id", run.assistantId()));
    }

    /** The format of the text, which runs keep in the form of chat completions, and its verbosity. */
    private JsonValue format(Run run) {
        JsonValue format = run.responseFormat();
        JsonValue shown = PLAIN;
        if (format.isObject()) {
            JsonValue schema = format.get("json_schema");
            Map<String, Object> flat = new LinkedHashMap<>();
            flat.put("type", format.get("type").text());
            schema.asMap().forEach((name, value) -> {
                if (value != null) {
                    flat.put(name, value);
                }
            });
            shown = JsonValue.of(Map.of("format", flat));
        }
        JsonValue verbosity = asked.get("text").get("verbosity");
        return verbosity.isNull() ? shown : shown.with(Map.of("verbosity", verbosity));
    }

    private static JsonValue choice(JsonValue choice) {
        JsonValue function = choice.get("function");
        return function.isNull()
                ? choice
                : Json.convert(
                        Json.object().put("type", "function").put("name", function.get("name").text()),
                        JsonValue.class);
    }

    private JsonValue tool(Tool tool, Run run) {
        ObjectNode json = Json.object().put("type", tool.type());
        if (tool instanceof Tool.Function(FunctionDefinition function)) {
            json.put("name", function.name()).put("description", function.description());
            json.set("parameters", Json.tree(Objects.requireNonNullElse(function.parameters(), NO_PARAMETERS)));
            json.put("strict", Boolean.TRUE.equals(function.strict()));
        } else if (tool instanceof Tool.FileSearch search) {
            json.set("vector_store_ids", Json.tree(
                    run.toolResources().get("file_search").get("vector_store_ids").elements()));
            Tool.FileSearch.Options options = search.fileSearch();
            if (options != null && options.maxNumResults() != null) {
                json.put("max_num_results", options.maxNumResults());
            }
            if (options != null && options.rankingOptions() != null) {
                ObjectNode ranking = json.putObject("ranking_options")
                        .put("score_threshold", options.rankingOptions().scoreThreshold())
                        .put("ranker", "auto");
                show(ranking, "hybrid_search");
            }
            show(json, "filters");
        } else if (tool instanceof Tool.CodeInterpreter) {
            json.set("container", Json.tree(container(run)));
        }
        return JsonValue.of(json);
    }

    /** Shows what the request said of its search and the run does not. */
    private void show(ObjectNode json, String name) {
        JsonValue value = asked.get("file_search").get(name);
        if (!value.isNull()) {
            json.set(name, Json.tree(value));
        }
    }

    private JsonValue container(Run run) {
        JsonValue given = asked.get("container");
        return given.isNull()
                ? JsonValue.of(Map.of("type", "auto")).with(Map.of(
                        "file_ids", run.toolResources().get("code_interpreter").get("file_ids").elements()))
                : given;
    }
}
