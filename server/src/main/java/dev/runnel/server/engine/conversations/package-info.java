/**
 * Assistants, threads and messages, which change on request alone. Not here: runs. What a run under way writes is seen through
 * {@link dev.runnel.server.engine.conversations.OpenMessages}.
 */
@NullMarked
package dev.runnel.server.engine.conversations;

import org.jspecify.annotations.NullMarked;
