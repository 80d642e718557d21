package dev.runnel.server.log;

import dev.runnel.server.log.Tail.Found;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static dev.runnel.server.Schedules.check;
import static dev.runnel.server.Schedules.explore;
import static dev.runnel.server.Schedules.together;

/** In every schedule a reader of a live log gets each event once and in order, and no reader waits for an event that has happened. */
class LiveLogSchedulesTest {
    private static final Duration FOREVER = Duration.ofDays(1);
    private static final String ACTION = "thread.run.requires_action";
    private static final String END = "thread.run.completed";

    private static LogEntry entry(long seq, String name) {
        return new LogEntry(seq, seq, name, new byte[0]);
    }

    private static LogEntry delta(long seq) {
        return entry(seq, "thread.message.delta");
    }

    /** Reads from a position until something else is found than the entry that comes next. */
    private static final class Reader {
        private final LiveLog live;
        private final boolean follow;
        private long position;

        Reader(LiveLog live, boolean follow) {
            this.live = live;
            this.follow = follow;
        }

        Found readOn() throws InterruptedException {
            while (true) {
                Found found = live.await(position, FOREVER, follow);
                if (!(found instanceof Found.Entries entries)) {
                    return found;
                }
                for (LogEntry entry : entries.entries()) {
                    check(entry.position() == ++position, "not what comes next");
                }
            }
        }
    }

    @Test
    void readersGetAllUpToTheEnd() {
        explore(() -> {
            LiveLog live = new LiveLog(System::nanoTime);
            Reader first = new Reader(live, false);
            Reader second = new Reader(live, true);
            together(
                    () -> {
                        live.publish(List.of(delta(1)));
                        live.publish(List.of(delta(2), entry(3, END)));
                    },
                    () -> check(first.readOn().equals(new Found.AtRest(true)), "no end"),
                    () -> check(second.readOn().equals(new Found.AtRest(true)), "no end"));
            check(first.position == 3 && second.position == 3, "a reader ended early");
        });
    }

    @Test
    void onlyWhoFollowsReadsOnWhileTheRunRequiresAction() {
        explore(() -> {
            LiveLog live = new LiveLog(System::nanoTime);
            Reader stops = new Reader(live, false);
            Reader follows = new Reader(live, true);
            together(
                    () -> {
                        live.publish(List.of(entry(1, ACTION)));
                        live.publish(List.of(delta(2)));
                        live.publish(List.of(entry(3, END)));
                    },
                    () -> check(stops.readOn() instanceof Found.AtRest, "no end"),
                    () -> check(follows.readOn().equals(new Found.AtRest(true)), "no end"));
            check(stops.position == 1 || stops.position == 3, "stopped where the run went on");
            check(follows.position == 3, "ended early");
        });
    }

    @Test
    void whoWaitsForACommitIsToldOfIt() {
        explore(() -> {
            LiveLog live = new LiveLog(System::nanoTime);
            together(
                    () -> live.publish(List.of(delta(1))),
                    () -> {
                        live.awaitDurable(1);
                        live.publish(List.of(delta(2)));
                    },
                    () -> live.awaitDurable(2));
        });
    }

    @Test
    void afterAFailedWriteNobodyWaits() {
        explore(() -> {
            LiveLog live = new LiveLog(System::nanoTime);
            IllegalStateException failure = new IllegalStateException("the disk is full");
            Reader reader = new Reader(live, true);
            together(
                    () -> {
                        live.publish(List.of(delta(1)));
                        live.fail(failure);
                    },
                    () -> check(reader.readOn().equals(new Found.Failed(failure)) && reader.position == 1,
                            "the reader is not told"),
                    () -> check(thrown(() -> live.awaitDurable(2)).equals(failure), "the worker is not told"));
            check(thrown(live::checkWritable).equals(failure), "more can be written");
        });
    }

    @Test
    void whenTheServerStopsReadersAreLetGoWithWhatThereIs() {
        explore(() -> {
            LiveLog live = new LiveLog(System::nanoTime);
            Reader reader = new Reader(live, true);
            together(
                    () -> live.publish(List.of(delta(1), delta(2))),
                    live::close,
                    () -> check(reader.readOn() instanceof Found.Closed, "the reader is not let go"));
            check(reader.position == 0 || reader.position == 2, "a part of what was committed at once");
            check(reader.readOn() instanceof Found.Closed && reader.position == 2, "what is there is not to be read");
        });
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private static Throwable thrown(Action action) throws InterruptedException {
        try {
            action.run();
        } catch (IllegalStateException e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }
}
