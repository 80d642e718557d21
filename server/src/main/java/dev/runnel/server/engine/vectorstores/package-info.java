/**
 * Vector stores: the stores, their files and batches, making files searchable, and searching them. Not here: how a file is
 * read, cut and indexed, which is the package {@code search}; the tool by which runs search.
 */
@NullMarked
package dev.runnel.server.engine.vectorstores;

import org.jspecify.annotations.NullMarked;
