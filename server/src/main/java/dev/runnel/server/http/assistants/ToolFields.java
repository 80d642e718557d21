package dev.runnel.server.http.assistants;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.server.http.fields.Fields;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where requests name tools: those that a model may call, and the choice among them. */
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
