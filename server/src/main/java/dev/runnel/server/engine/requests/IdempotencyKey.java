package dev.runnel.server.engine.requests;

/**
 * Identifies a request that its sender may repeat without having it carried out twice.
 *
 * @param value the key that the sender gave; at most 255 characters
 * @param request a fingerprint of the request: its route and body
 */
public record IdempotencyKey(String value, String request) {}
