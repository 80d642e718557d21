/** What SQLite's files, checkpoints and locks promise. */
@NullMarked
package dev.runnel.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
