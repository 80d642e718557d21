package dev.runnel.client;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.json.Json;
import java.util.function.Function;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A function of this program that a model may call. Immutable. It is thread-safe if the function is.
 *
 * @param definition the name, the description and the schema that the model gets
 * @param argumentsType the type of the arguments
 * @param body the function
 * @param <A> the type of the arguments
 */
public record FunctionTool<A>(FunctionDefinition definition, Class<A> argumentsType, Function<A, ?> body) {

    /**
     * A function whose {@linkplain JsonSchemas schema} is made from a record.
     *
     * @param name letters, digits, {@code _} and {@code -}; at most 64
     * @param argumentsType a record with a component for each argument
     * @param body the function; if it returns a {@link CharSequence}, this is the output; any other value becomes JSON
     * @throws IllegalArgumentException if the record has no schema
     */
    public static <A> FunctionTool<A> of(
            String name, String description, Class<A> argumentsType, Function<A, ?> body) {
        FunctionDefinition definition = new FunctionDefinition(name, description, JsonSchemas.of(argumentsType), true);
        return new FunctionTool<>(definition, argumentsType, body);
    }

    /** The function's name. */
    public String name() {
        return definition.name();
    }

    Tool tool() {
        return new Tool.Function(definition);
    }

    /** The output of a call. If the arguments cannot be read, the output tells the model so, and it can correct them. */
    String call(String arguments) {
        A read;
        try {
            byte[] json = (arguments.isBlank() ? "{}" : arguments).getBytes(UTF_8);
            read = TypedJson.read(json, argumentsType, definition.parameters());
        } catch (JsonException e) {
            return "The arguments of " + name() + " could not be read: " + e.getMessage();
        }
        Object output = body.apply(read);
        return output instanceof CharSequence text ? text.toString() : new String(Json.write(output), UTF_8);
    }
}
