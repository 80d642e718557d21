package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the choice among a request's tools into the form that runs keep. A choice that allows some of the tools makes them the
 * run's only ones.
 */
final class ToolChoice {
    private static final int MAX_ALLOWED = 128;

    private ToolChoice() {}

    /**
     * Reads the choice.
     *
     * @param tools the request's tools
     * @param asked takes the choice and the tools as the response shows them, if the run has others
     */
    static void read(Fields f, List<Tool> tools, RunRequest.Builder run, Map<String, Object> asked) {
        JsonNode choice = f.textOr("tool_choice",
                text -> text.choice("tool_choice", "none", "auto", "required"),
                object -> object.nested("tool_choice", ToolChoice::fields));
        if (choice == null) {
            return;
        }
        switch (choice.path("type").asText()) {
            case "function" -> run.toolChoice(JsonValue.of(
                    Map.of("type", "function", "function", Map.of("name", choice.path("name").asText()))));
            case "allowed_tools" -> {
                asked.put("tool_choice", choice);
                asked.put("tools", tools);
                run.tools(allowed(tools, choice.path("tools"), f.path("tool_choice")));
                run.toolChoice(JsonValue.of(choice.path("mode").asText()));
            }
            default -> run.toolChoice(JsonValue.of(choice));
        }
    }

    private static List<Tool> allowed(List<Tool> tools, JsonNode named, String path) {
        List<Tool> allowed = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            JsonNode name = named.get(i);
            allowed.add(tools.stream().filter(tool -> isNamed(tool, name)).findFirst()
                    .orElseThrow(() -> BadRequestException.of(
                            "The allowed tool " + name + " is not among the tools of the request.", path + ".tools",
                            "invalid_value")));
        }
        return allowed;
    }

    private static boolean isNamed(Tool tool, JsonNode named) {
        return tool.type().equals(named.path("type").asText())
                && (!(tool instanceof Tool.Function function)
                        || function.function().name().equals(named.path("name").asText()));
    }

    private static void fields(Fields f) {
        if (!RequestTools.isUnsupported(f)) {
            RequestTools.checkCode(f);
            Object _ = f.<Object>kinds("type", List.of(
                    new Kind<>("function", RequestTools::name), new Kind<>("file_search", tool -> tool),
                    new Kind<>(RequestTools.CODE_INTERPRETER, tool -> tool),
                    new Kind<>("allowed_tools", ToolChoice::allowedFields)));
        }
    }

    private static Fields allowedFields(Fields f) {
        String _ = f.requiredChoice("mode", "auto", "required");
        List<Object> _ = f.requiredObjects("tools", 1, MAX_ALLOWED, ToolChoice::namedTool);
        return f;
    }

    private static Object namedTool(Fields f) {
        return f.<Object>kinds("type", List.of(
                new Kind<>("function", RequestTools::name), new Kind<>("file_search", tool -> tool),
                new Kind<>(RequestTools.CODE_INTERPRETER, tool -> tool)));
    }
}
