/**
 * The statements that read and write the tables. They are the same on every kind of database. They run on the
 * connection they are given, so that the caller decides what is one transaction. Not here: the meaning of the data, or
 * when it changes.
 */
@NullMarked
package dev.runnel.server.store.rows;

import org.jspecify.annotations.NullMarked;
