/**
 * The life of a run: creation under the thread's lock, the worker that calls the model, endings, expiry, recovery. The
 * code blocks, on virtual threads, and reads from top to bottom. Not here: prompts, and the objects that change on
 * request alone.
 */
@NullMarked
package dev.runnel.server.engine.runs;

import org.jspecify.annotations.NullMarked;
