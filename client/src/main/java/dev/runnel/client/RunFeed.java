package dev.runnel.client;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStatus;
import org.jspecify.annotations.Nullable;

/** The source of a run stream's events, until the run rests. Pulled by one thread; closed by any. */
sealed interface RunFeed extends AutoCloseable permits SseFeed, PollFeed {

    /** The next event, or null when the run rests: it has ended, or requires action. */
    @Nullable
    RunEvent next();

    /** The sequence number of the last event; 0 if there is none. */
    long lastEventId();

    @Override
    void close();

    /** Whether a run does not go on by itself. */
    static boolean rests(RunStatus status) {
        return status.terminal() || status == RunStatus.REQUIRES_ACTION;
    }
}
