package dev.runnel.server.http.assistants;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.server.http.fields.Fields;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields that name tools: the tools that a model may call, and the choice among them. */
final class ToolFields {
    private static final JsonValue NO_PARAMETERS = JsonValue.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private ToolFields() {}

    static Tool tool(Fields f) {
        return switch (toolType(f)) {
            case "code_interpreter" -> new Tool.CodeInterpreter();
            case "file_search" -> new Tool.FileSearch(Fields.kept(f.object("file_search")));
            default -> new Tool.Function(f.requiredPart("function", ToolFields::function));
        };
    }

    /**
     * The tool's type. Types other than functions are refused, unless the server is set to ignore tools that it does
     * not have.
     */
    private static String toolType(Fields f) {
        return FileReferences.unsupportedTool(f).orElseGet(() -> f.requiredChoice("type", "function"));
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
        if (toolType(f).equals("function")) {
            f.requiredNested("function", ToolFields::name);
        }
    }
}
