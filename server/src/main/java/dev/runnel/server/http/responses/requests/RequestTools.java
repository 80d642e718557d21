package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RankingOptions;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import dev.runnel.server.http.fields.FilterFields;
import dev.runnel.server.http.fields.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the tools of a request into the form that runs keep. */
final class RequestTools {
    private static final JsonValue NO_PARAMETERS = JsonValue.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int MAX_TOOLS = 128;
    private static final int MAX_STORES = 16;
    private static final int MAX_FILES = 50;
    private static final String FILE_SEARCH = "file_search";
    static final String CODE_INTERPRETER = "code_interpreter";
    private static final JsonValue AUTO = JsonValue.of(Map.of("type", "auto"));

    /** The tools of the protocol that this server does not have. */
    private static final List<String> UNSUPPORTED = List.of(
            "web_search", "web_search_2025_08_26", "web_search_preview",
            "web_search_preview_2025_03_11", "computer", "computer_use", "computer_use_preview", "image_generation",
            "mcp", "local_shell", "shell", "apply_patch", "custom", "namespace", "tool_search",
            "programmatic_tool_calling");

    private RequestTools() {}

    /**
     * A tool.
     *
     * @param tool empty for one that the server does not have and was told to ignore
     * @param search what a search of files has that runs do not keep; null for another tool
     * @param stores the vector stores that it searches
     * @param container the container of its code, as the request gave it; null for another tool
     */
    private record Given(
            Optional<Tool> tool, @Nullable JsonValue search, List<String> stores, @Nullable JsonValue container) {
        static Given of(Tool tool) {
            return new Given(Optional.of(tool), null, List.of(), null);
        }
    }

    /**
     * Reads the tools into a run. Returns them; none if the request has none.
     *
     * @param asked takes what the response shows of them and the run does not
     */
    static List<Tool> read(Fields f, RunRequest.Builder run, Map<String, Object> asked) {
        List<Given> given = f.objects("tools", MAX_TOOLS, RequestTools::tool);
        List<Tool> tools = given == null ? List.of() : given.stream().flatMap(each -> each.tool().stream()).toList();
        if (given != null) {
            run.tools(tools);
            resources(given, run, asked);
        }
        return tools;
    }

    private static void resources(List<Given> given, RunRequest.Builder run, Map<String, Object> asked) {
        JsonValue container = given.stream().map(Given::container).filter(Objects::nonNull).findFirst().orElse(null);
        Map<String, Object> resources = new LinkedHashMap<>();
        List<String> stores = given.stream().flatMap(each -> each.stores().stream()).distinct().toList();
        if (!stores.isEmpty()) {
            resources.put(FILE_SEARCH, Map.of("vector_store_ids", stores));
        }
        List<JsonValue> files = container == null ? List.of() : container.get("file_ids").elements();
        if (!files.isEmpty()) {
            resources.put(CODE_INTERPRETER, Map.of("file_ids", files));
        }
        if (!resources.isEmpty()) {
            run.toolResources(JsonValue.of(resources));
        }
        if (container != null) {
            asked.put("container", container);
        }
        // Searches are one tool to a run: the first one's options hold, as for the results and their ranking.
        given.stream().map(Given::search).filter(Objects::nonNull).findFirst()
                .ifPresent(search -> asked.put(FILE_SEARCH, search));
    }

    private static Given tool(Fields f) {
        if (isUnsupported(f)) {
            return new Given(Optional.empty(), null, List.of(), null);
        }
        checkCode(f);
        return f.kinds("type", List.of(
                new Kind<>("function", tool -> Given.of(new Tool.Function(function(tool)))),
                new Kind<>(FILE_SEARCH, RequestTools::fileSearch),
                new Kind<>(CODE_INTERPRETER, RequestTools::code)));
    }

    /** Throws for a code interpreter that this server does not have, unless it is set to ignore such tools. */
    static void checkCode(Fields f) {
        Optional<String> _ = f.unsupported("type", List.of(CODE_INTERPRETER), type -> BadRequestException.of(
                "The tool '" + type + "' is not switched on at this server (--code-interpreter).", f.path("type"),
                "unsupported_tool"));
    }

    private static Given code(Fields f) {
        JsonNode container = f.textOr("container",
                id -> id.string("container", Limits.ID),
                auto -> auto.nested("container", RequestTools::container));
        return new Given(
                Optional.of(new Tool.CodeInterpreter()), null, List.of(),
                Objects.requireNonNullElse(Fields.kept(container), AUTO));
    }

    private static void container(Fields f) {
        String _ = f.requiredChoice("type", "auto");
        List<String> _ = f.strings("file_ids", MAX_FILES);
        f.choice("memory_limit", "1g", "4g", "16g", "64g");
        f.nested("network_policy", policy -> policy.requiredChoice("type", "disabled"));
    }

    static boolean isUnsupported(Fields f) {
        boolean unsupported = f.unsupported("type", UNSUPPORTED, type -> unsupported(type, f.path("type"))).isPresent();
        if (unsupported) {
            f.takeRest();
        }
        return unsupported;
    }

    private static BadRequestException unsupported(String tool, String path) {
        return BadRequestException.of(
                "The tool '" + tool + "' is not supported by this server.", path, "unsupported_tool");
    }

    static String name(Fields f) {
        return f.requiredString("name", 64, NAME);
    }

    private static FunctionDefinition function(Fields f) {
        return new FunctionDefinition(
                name(f),
                f.string("description", Integer.MAX_VALUE),
                Objects.requireNonNullElse(Fields.kept(f.object("parameters")), NO_PARAMETERS),
                Objects.requireNonNullElse(f.bool("strict"), false));
    }

    private static Given fileSearch(Fields f) {
        List<String> stores = f.requiredStrings("vector_store_ids", 1, MAX_STORES, Limits.ID);
        Long results = f.integer("max_num_results", 1, 50);
        Map<String, Object> search = new LinkedHashMap<>();
        RankingOptions ranking = f.part("ranking_options", it -> ranking(it, search));
        keep(search, "filters", f.nested("filters", FilterFields::check));
        return new Given(
                Optional.of(new Tool.FileSearch(new Tool.FileSearch.Options(
                        results == null ? null : Math.toIntExact(results),
                        Objects.requireNonNullElse(ranking, RankingOptions.DEFAULTS)))),
                JsonValue.of(search), stores, null);
    }

    private static RankingOptions ranking(Fields f, Map<String, Object> search) {
        f.choice("ranker", "auto", RankingOptions.DEFAULT_RANKER, "default-2024-11-15");
        keep(search, "hybrid_search", f.nested("hybrid_search", weights -> {
            Double _ = weights.requiredDecimal("embedding_weight", 0, Integer.MAX_VALUE);
            Double _ = weights.requiredDecimal("text_weight", 0, Integer.MAX_VALUE);
        }));
        return new RankingOptions(
                RankingOptions.DEFAULT_RANKER, Objects.requireNonNullElse(f.decimal("score_threshold", 0, 1), 0.0));
    }

    private static void keep(Map<String, Object> search, String name, @Nullable ObjectNode value) {
        if (value != null) {
            search.put(name, value);
        }
    }
}
