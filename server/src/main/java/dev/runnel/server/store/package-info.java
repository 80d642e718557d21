/**
 * Stored data: the database with its one writer, who may write a run's log, and the content of files. Behind {@code Connections},
 * {@code Leases} and {@code FileStore} each kind of database does its own. Statements are in {@code rows}, the tables in {@code schema}, what
 * is SQLite's in {@code sqlite}. Not here: a class that knows one of these sub-packages, or the meaning of the data.
 */
@NullMarked
package dev.runnel.server.store;

import org.jspecify.annotations.NullMarked;
