/**
 * Assistants, threads and messages, which change on request alone. Messages that a run is writing are read through
 * {@link dev.runnel.server.engine.conversations.OpenMessages}. Not here: runs.
 */
@NullMarked
package dev.runnel.server.engine.conversations;

import org.jspecify.annotations.NullMarked;
