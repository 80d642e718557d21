/**
 * An index of chunks on this node, by Lucene: derived from what a {@link dev.runnel.server.search.ChunkSource} tells, and made anew from it when
 * it is missing or damaged. Not here: the text of chunks, which the source's owner has; embedding.
 */
@NullMarked
package dev.runnel.server.search.index;

import org.jspecify.annotations.NullMarked;
