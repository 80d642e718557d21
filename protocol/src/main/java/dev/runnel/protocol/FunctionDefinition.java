package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The description of a function for a model.
 *
 * @param name letters, digits, {@code _} and {@code -}; at most 64
 * @param parameters a JSON Schema; null for a function without parameters
 * @param strict whether the arguments must follow the schema exactly
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FunctionDefinition(
        String name, @Nullable String description, @Nullable JsonValue parameters, @Nullable Boolean strict) {}
