package dev.runnel.client;

import dev.runnel.client.exchange.Paths;
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
 * A run's events made from REST objects, for a server that keeps no stream to re-attach to. It reads the run, its steps and its
 * messages at growing intervals, and emits each change as a snapshot. When the run rests, the run comes last, so a reader that
 * sees it resting has seen everything.
 */
final class RunPollFeed extends PollFeed<RunEvent> {
    private final MessagesApi messages;
    private final String threadId;
    private final String runId;
    private final String path;
    private final RunFold known;
    private final Deque<RunEvent> found = new ArrayDeque<>();
    private boolean rests;

    /**
     * A feed whose first read happens at once.
     *
     * @param known the reader's fold; the reader applies each event to it
     */
    RunPollFeed(Requester requester, Position at, RunFold known) {
        super(requester, at.lastEventId());
        this.messages = new MessagesApi(requester);
        this.threadId = at.threadId();
        this.runId = at.runId();
        this.path = Paths.run(threadId, runId);
        this.known = known;
    }

    @Override
    public @Nullable RunEvent next() {
        while (found.isEmpty() && !rests) {
            waits.call(this::look);
        }
        return found.poll();
    }

    /** Finds all changes, or none if it fails, so that the next read finds them. */
    private boolean look() {
        polling.pause();
        List<RunEvent> news = new ArrayList<>();
        Run run = requester.get(path, Run.class);
        boolean resting = RunEventReader.rests(run.status());
        for (RunStep step : Pages.of(requester, path + "/steps", RunStep.class).oldestFirst()) {
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
}
