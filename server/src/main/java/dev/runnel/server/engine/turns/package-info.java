/**
 * What a request brings to its thread: the turn of an API other than the Assistants API, its place, and the options of a run merged from a
 * request and its assistant. Not here: the run itself.
 */
@NullMarked
package dev.runnel.server.engine.turns;

import org.jspecify.annotations.NullMarked;
