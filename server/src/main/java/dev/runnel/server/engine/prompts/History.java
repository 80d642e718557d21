package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.chat.ChatMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a run's thread before the run, for its prompt.
 *
 * @param messages oldest first
 * @param strategy how the prompt may be shortened: {@code auto}, or another word if not at all
 * @param maxToolCalls how many calls of the server's own tools are carried out; null for any number
 * @param endsAtCalls whether the run ends when its model calls functions, rather than wait for their outputs
 */
public record History(List<ChatMessage> messages, String strategy, @Nullable Long maxToolCalls, boolean endsAtCalls) {}
