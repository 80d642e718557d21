package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a thread is shortened to fit the model.
 *
 * @param type {@code auto} (drop from the middle to fit) or {@code last_messages}
 * @param lastMessages how many of the latest messages to keep, at least 1; only with {@code last_messages}
 */
public record TruncationStrategy(String type, @Nullable Integer lastMessages) {
    /** The default: fit the model's window. */
    public static final TruncationStrategy AUTO = new TruncationStrategy("auto", null);
}
