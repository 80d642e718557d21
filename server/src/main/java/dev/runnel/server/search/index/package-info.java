/**
 * An index of chunks on this node, by Lucene. It is derived from a {@link dev.runnel.server.search.ChunkSource}, and
 * rebuilt from it when it is missing or damaged. Not here: embedding, and the text of the chunks that a search finds,
 * which the source's owner has.
 */
@NullMarked
package dev.runnel.server.search.index;

import org.jspecify.annotations.NullMarked;
