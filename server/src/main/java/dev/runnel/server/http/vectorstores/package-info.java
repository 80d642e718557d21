/** The routes of vector stores, their files and batches, and their search. Not here: the stores themselves. */
@NullMarked
package dev.runnel.server.http.vectorstores;

import org.jspecify.annotations.NullMarked;
