/**
 * The life of a run: creation under the thread's lock, the worker that calls the model, endings, expiry, recovery.
 * Blocking code on virtual threads, read top to bottom. Not here: HTTP, SQL.
 */
@NullMarked
package dev.runnel.server.engine;

import org.jspecify.annotations.NullMarked;
