/** The promises of SQLite's files, checkpoints and locks. */
@NullMarked
package dev.runnel.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
