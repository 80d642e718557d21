/**
 * The built-in embedding model: all-MiniLM-L6-v2, of 8-bit integers, run by ONNX Runtime on the CPU. The server finds it by
 * {@link dev.runnel.server.search.Embedder#builtIn}. Not here: what is embedded, and what is done with vectors.
 */
@NullMarked
package dev.runnel.embeddings;

import org.jspecify.annotations.NullMarked;
