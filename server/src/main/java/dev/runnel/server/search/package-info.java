/**
 * Searching documents: from a file's bytes to text ({@code parse}), from text to chunks ({@code chunk}), from chunks to an index on this node
 * ({@code index}). Here: what these have in common, an embedding model's interface among it. Not here: SQL, which holds the truth that
 * an index is derived from; vector stores as objects; HTTP.
 *
 * <p>{@code parse} and {@code index} alone use the libraries that read documents and search them. A build without the profile
 * {@code search} leaves both packages out: whoever uses them finds them by {@link dev.runnel.server.search.DocumentReader#provider} and
 * {@link dev.runnel.server.search.ChunkIndex#provider}.
 */
@NullMarked
package dev.runnel.server.search;

import org.jspecify.annotations.NullMarked;
