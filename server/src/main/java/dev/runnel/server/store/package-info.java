/**
 * What is kept: assistants, threads, messages, runs, run steps and the events of runs, in SQL. Here: the database, its one
 * writer, and the statements. Not here: what any of it means, or when it changes.
 */
@NullMarked
package dev.runnel.server.store;

import org.jspecify.annotations.NullMarked;
