/**
 * Searching documents: from a file's bytes to text ({@code parse}), from text to chunks ({@code chunk}), from chunks to
 * an index on this node ({@code index}). This package has the interfaces that these share, and the one of an embedding
 * model. Not here: SQL, whose data an index is derived from; vector stores as objects; HTTP.
 *
 * <p>Only {@code parse} and {@code index} use the libraries that read documents and search them. A build without the
 * profile {@code search} leaves both packages out, so other code finds them by
 * {@link dev.runnel.server.search.DocumentReader#provider} and {@link dev.runnel.server.search.ChunkIndex#provider}.
 */
@NullMarked
package dev.runnel.server.search;

import org.jspecify.annotations.NullMarked;
