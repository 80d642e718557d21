package dev.runnel.client;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run's events made up from what REST tells, where the server keeps no stream to re-attach to: looks at the run, its steps and its
 * messages at growing intervals, and says what differs from what is known, as snapshots. The run itself comes last once it rests, so
 * that whoever sees it resting has seen everything.
 */
final class PollFeed implements RunFeed {
    private final RunsApi runs;
    private final MessagesApi messages;
    private final String threadId;
    private final String runId;
    private final long lastEventId;
    private final RunFold known;
    private final Abortable waits = new Abortable();
    private final Polling polling = new Polling();
    private final Deque<RunEvent> found = new ArrayDeque<>();
    private boolean rests;

    /**
     * A feed that begins by looking at once.
     *
     * @param known what the reader knows; it applies to it what it takes
     */
    PollFeed(RunsApi runs, MessagesApi messages, Position at, RunFold known) {
        this.runs = runs;
        this.messages = messages;
        this.threadId = at.threadId();
        this.runId = at.runId();
        this.lastEventId = at.lastEventId();
        this.known = known;
    }

    @Override
    public @Nullable RunEvent next() {
        while (found.isEmpty() && !rests) {
            waits.call(this::look);
        }
        return found.poll();
    }

    /** Finds all or, if it fails, nothing, so that the next look finds it. */
    private boolean look() {
        polling.pause();
        List<RunEvent> news = new ArrayList<>();
        Run run = runs.get(threadId, runId);
        boolean resting = RunFeed.rests(run.status());
        for (RunStep step : runs.steps(threadId, runId).oldestFirst()) {
            if (!known.step(step.id()).equals(Optional.of(step))) {
                news.add(RunEvent.StepChanged.of(step));
            }
        }
        for (Message message : messages.ofRun(threadId, runId).oldestFirst()) {
            if (!known.message(message.id()).equals(Optional.of(message))) {
                news.add(RunEvent.MessageChanged.of(message));
            }
        }
        if (!known.run().equals(Optional.of(run))) {
            news.add(resting ? news.size() : 0, RunEvent.RunChanged.of(run));
        }
        found.addAll(news);
        rests = resting;
        return resting;
    }

    @Override
    public long lastEventId() {
        return lastEventId;
    }

    @Override
    public void close() {
        waits.abort();
    }
}
