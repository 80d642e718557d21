/**
 * Runs Python code that nobody trusts: processes that are locked in by bubblewrap, are kept for a while so that calls can
 * build on each other, and are limited in time, memory, files and output. Whatever comes out of such a process is taken for
 * a stranger's word. Not here: runs, steps, and how a model is told of it.
 */
@NullMarked
package dev.runnel.server.sandbox;

import org.jspecify.annotations.NullMarked;
