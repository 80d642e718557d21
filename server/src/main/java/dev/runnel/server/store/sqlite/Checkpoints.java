package dev.runnel.server.store.sqlite;

import dev.runnel.server.time.Timers;
import java.time.Duration;

/**
 * The settings of a {@link Checkpointer}.
 *
 * @param timers run the checkpoints
 * @param interval how often the write-ahead log is moved into the database
 * @param maxLogBytes how large the write-ahead log may grow before the writer must wait
 */
record Checkpoints(Timers timers, Duration interval, long maxLogBytes) {}
