package dev.runnel.protocol.chat;

/**
 * Tokens that a chat completion used.
 *
 * @param cachedTokens the prompt's tokens that came from a cache
 * @param reasoningTokens the completion's tokens that the model used for reasoning
 */
public record ChatUsage(
        long promptTokens, long completionTokens, long totalTokens, long cachedTokens, long reasoningTokens) {}
