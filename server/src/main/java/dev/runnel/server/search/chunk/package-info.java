/**
 * From a text to the chunks that are found, and from a chunk to the windows that are embedded. Pure: no input or output, no threads.
 */
@NullMarked
package dev.runnel.server.search.chunk;

import org.jspecify.annotations.NullMarked;
