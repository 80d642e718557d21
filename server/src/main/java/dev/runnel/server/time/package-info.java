/**
 * Timers: one clock and one timer thread for the whole server. Not here: the tasks that the timers run.
 */
@NullMarked
package dev.runnel.server.time;

import org.jspecify.annotations.NullMarked;
