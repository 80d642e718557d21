/**
 * Stored data: assistants, threads, messages, runs, run steps and the events of runs, in SQL. Here: the database, its one
 * writer, and the statements. Not here: the meaning of the data, or when it changes.
 */
@NullMarked
package dev.runnel.server.store;

import org.jspecify.annotations.NullMarked;
