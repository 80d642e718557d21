package dev.runnel.server.http.assistants;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RankingOptions;
import dev.runnel.protocol.Tool;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields that name tools: the tools that a model may call, and the choice among them. */
final class ToolFields {
    private static final JsonValue NO_PARAMETERS = JsonValue.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final Tool.FileSearch.Options USUAL = new Tool.FileSearch.Options(null, RankingOptions.DEFAULTS);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private ToolFields() {}

    static Tool tool(Fields f) {
        FileReferences.checkTool(f);
        return f.kinds("type", List.of(
                new Kind<>("function", tool -> new Tool.Function(
                        tool.requiredPart("function", ToolFields::function))),
                new Kind<>("file_search", tool -> new Tool.FileSearch(
                        Objects.requireNonNullElse(tool.part("file_search", ToolFields::search), USUAL))),
                new Kind<>("code_interpreter", tool -> new Tool.CodeInterpreter())));
    }

    /** A search's options as the hosted service echoes them: always with a ranking. */
    private static Tool.FileSearch.Options search(Fields f) {
        Long results = f.integer("max_num_results", 1, 50);
        RankingOptions ranking = f.part("ranking_options", ToolFields::ranking);
        return new Tool.FileSearch.Options(
                results == null ? null : Math.toIntExact(results),
                Objects.requireNonNullElse(ranking, RankingOptions.DEFAULTS));
    }

    private static RankingOptions ranking(Fields f) {
        return new RankingOptions(
                Objects.requireNonNullElse(
                        f.choice("ranker", "auto", RankingOptions.DEFAULT_RANKER), RankingOptions.DEFAULT_RANKER),
                f.requiredDecimal("score_threshold", 0, 1));
    }

    /**
     * A function as the hosted service echoes it: always with parameters and strict, even if the request left them out.
     */
    private static FunctionDefinition function(Fields f) {
        return new FunctionDefinition(
                name(f),
                f.string("description", Integer.MAX_VALUE),
                Objects.requireNonNullElse(Fields.kept(f.object("parameters")), NO_PARAMETERS),
                Objects.requireNonNullElse(f.bool("strict"), false));
    }

    static String name(Fields f) {
        return f.requiredString("name", 64, NAME);
    }

    static @Nullable JsonValue toolChoice(Fields f) {
        return Fields.kept(f.textOr("tool_choice",
                text -> text.choice("tool_choice", "none", "auto", "required"),
                object -> object.nested("tool_choice", ToolFields::namedTool)));
    }

    private static void namedTool(Fields f) {
        FileReferences.checkTool(f);
        Object _ = f.<Object>kinds("type", List.of(
                new Kind<>("function", tool -> tool.requiredNested("function", ToolFields::name)),
                new Kind<>("file_search", tool -> tool),
                new Kind<>("code_interpreter", tool -> tool)));
    }
}
