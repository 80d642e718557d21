/**
 * The parts that are specific to SQLite: URLs and files, settings, checkpoints, error codes, the lock that reserves a
 * database for one process, and the journal. Not here: statements that run on any kind of database.
 */
@NullMarked
package dev.runnel.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
