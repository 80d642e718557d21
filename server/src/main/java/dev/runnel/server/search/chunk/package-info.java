/**
 * Cuts a text into the chunks that a search finds, and a chunk into the windows that are embedded. Pure functions,
 * without input, output or threads.
 */
@NullMarked
package dev.runnel.server.search.chunk;

import org.jspecify.annotations.NullMarked;
