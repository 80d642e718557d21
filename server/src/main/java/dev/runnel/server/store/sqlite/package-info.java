/**
 * What SQLite does in its own way: its URLs and files, settings, checkpoints, error codes, the lock that keeps a database to one process,
 * and the journal. Not here: statements that run on any kind of database.
 */
@NullMarked
package dev.runnel.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
