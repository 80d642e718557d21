package dev.runnel.server.engine.transfer;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What an export has of something that stands in a thread besides its messages.
 *
 * @param kind its kind, as it is stored
 * @param after the message that it stands behind; null if it stands before all
 */
record SavedExtra(
        String id, String threadId, @Nullable String runId, String kind, @Nullable String after, JsonValue data) {}
