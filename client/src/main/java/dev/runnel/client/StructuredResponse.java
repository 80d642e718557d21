package dev.runnel.client;

import dev.runnel.protocol.responses.ResponseObject;

/**
 * A response whose text is an object of a type.
 *
 * @param value the object that the model wrote
 * @param response the response; its id is the {@code previous_response_id} of the next request
 * @param <T> the type of the object
 */
public record StructuredResponse<T>(T value, ResponseObject response) {}
