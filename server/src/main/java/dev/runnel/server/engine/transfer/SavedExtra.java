package dev.runnel.server.engine.transfer;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a thread besides its messages, in an export.
 *
 * @param kind its kind, as it is stored
 * @param after the message that it stands behind; null if it stands before all
 */
record SavedExtra(
        String id, String threadId, @Nullable String runId, String kind, @Nullable String after, JsonValue data) {}
