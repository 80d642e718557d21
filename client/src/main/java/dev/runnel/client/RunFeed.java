package dev.runnel.client;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStatus;
import org.jspecify.annotations.Nullable;

/** Where a run stream's events come from, up to where the run rests. Pulled by one thread; closed by any. */
sealed interface RunFeed extends AutoCloseable permits SseFeed, PollFeed {

    /** The next event, or null where the run rests: it has ended, or requires action. */
    @Nullable
    RunEvent next();

    /** The sequence number of the last event; 0 if there is none. */
    long lastEventId();

    @Override
    void close();

    /** Whether a run goes no further by itself. */
    static boolean rests(RunStatus status) {
        return status.terminal() || status == RunStatus.REQUIRES_ACTION;
    }
}
