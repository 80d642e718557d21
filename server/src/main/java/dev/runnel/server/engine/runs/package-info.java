/**
 * The life of a run: creation under the thread's lock, the worker that calls the model, endings, expiry, recovery. Blocking code on
 * virtual threads, read top to bottom. Not here: prompts, the objects that stand still.
 */
@NullMarked
package dev.runnel.server.engine.runs;

import org.jspecify.annotations.NullMarked;
