package dev.runnel.protocol.chat;

/**
 * Tokens that a chat completion used.
 *
 * @param cachedTokens of the prompt's tokens, those that a cache answered
 * @param reasoningTokens of the completion's tokens, those that the model only thought
 */
public record ChatUsage(
        long promptTokens, long completionTokens, long totalTokens, long cachedTokens, long reasoningTokens) {}
