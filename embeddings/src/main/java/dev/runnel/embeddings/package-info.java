/**
 * The built-in embedding model: all-MiniLM-L6-v2 with 8-bit integers, run by ONNX Runtime on the CPU. The server finds
 * it by {@link dev.runnel.server.search.Embedder#builtIn}. Not here: which texts are embedded, and the use of the
 * vectors.
 */
@NullMarked
package dev.runnel.embeddings;

import org.jspecify.annotations.NullMarked;
