/** The route of embeddings: relayed to the model server, or answered by the embedding model of vector stores. */
@NullMarked
package dev.runnel.server.http.embeddings;

import org.jspecify.annotations.NullMarked;
