/**
 * The Assistants API on the wire: assistants, threads, messages, runs, run steps, and the streams of runs. Not here: what they mean,
 * which is the engine's.
 */
@NullMarked
package dev.runnel.server.http.assistants;

import org.jspecify.annotations.NullMarked;
