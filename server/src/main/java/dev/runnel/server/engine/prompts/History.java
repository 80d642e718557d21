package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.chat.ChatMessage;
import java.util.List;

/**
 * The entries of a run's thread before the run, for its prompt.
 *
 * @param messages oldest first
 * @param strategy how the prompt may be shortened: {@code auto}, or another word if not at all
 * @param endsAtCalls whether the run ends when its model calls functions, rather than wait for their outputs
 */
public record History(List<ChatMessage> messages, String strategy, boolean endsAtCalls) {}
