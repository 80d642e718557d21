package dev.runnel.server.store.sqlite;

import dev.runnel.server.time.Timers;
import java.time.Duration;

/**
 * How checkpoints are made.
 *
 * @param timers by which they are made
 * @param interval how often the write-ahead log is moved into the database
 * @param maxLogBytes how large it may be before the writer is made to wait
 */
record Checkpoints(Timers timers, Duration interval, long maxLogBytes) {}
