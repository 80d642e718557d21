/**
 * Stored data: the database with its one writer, the leases of run logs, and the content of files. Each kind of
 * database implements {@code Connections}, {@code Leases} and {@code FileStore} in its own way. The statements are in
 * {@code rows}, the tables in {@code schema}, SQLite's parts in {@code sqlite}. Not here: a class that knows one of
 * these sub-packages, or the meaning of the data.
 */
@NullMarked
package dev.runnel.server.store;

import org.jspecify.annotations.NullMarked;
