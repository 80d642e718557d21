package dev.runnel.client;

import dev.runnel.client.exchange.Answers;
import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.Paths;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of a run's stream after its first response: to read on, to submit outputs, to cancel. Thread-safe. */
final class RunCalls {
    private static final int GONE = 410;

    private final Requester requester;

    /** Creates the run; repeatable only if it carries a key. Null for an existing run. */
    private final @Nullable Call creation;

    RunCalls(Requester requester, @Nullable Call creation) {
        this.requester = requester;
        this.creation = creation;
    }

    /** Whether a stream that broke off at this position can go on. */
    boolean canResume(@Nullable Position at) {
        return at != null || (creation != null && creation.repeatable());
    }

    /** Waits before re-attaching after a failure; false if another try would come too late. */
    boolean pause(RunnelException failure, int retry) {
        return requester.pause(failure, retry, null);
    }

    /** The run's whole stream, from its creation on. */
    EventFeed<RunEvent> create() {
        if (creation == null) {
            throw new IllegalStateException("the run exists already");
        }
        return feed(requester.open(creation), 0);
    }

    /**
     * The events after a position, from the server's log. If the server keeps no log, or no longer (410, or 204 as for event
     * sources), they come from its objects.
     *
     * @param known the reader's fold of the run so far
     */
    EventFeed<RunEvent> attach(Position at, RunFold known) {
        String path = Paths.run(at.threadId(), at.runId()) + "?stream=true&starting_after=" + at.lastEventId();
        try {
            Transport.Response response = requester.open(Call.get(path).streamed());
            if (Answers.isEventStream(response)) {
                return feed(response, at.lastEventId());
            }
            response.close();
        } catch (ApiException e) {
            if (e.status() != GONE) {
                throw e;
            }
        }
        return new RunPollFeed(requester, at, known);
    }

    EventFeed<RunEvent> submit(Run run, List<ToolOutput> outputs) {
        String path = Paths.run(run.threadId(), run.id()) + "/submit_tool_outputs";
        Call call = Call.post(path, new ToolOutputsRequest(outputs, true)).withKey(requester.newKey()).streamed();
        return feed(requester.open(call), 0);
    }

    private EventFeed<RunEvent> feed(Transport.Response response, long seen) {
        return new SseFeed<>(response, requester.budget(), new RunEventReader(), seen);
    }

    Run cancel(Position run) {
        return requester.post(Paths.run(run.threadId(), run.runId()) + "/cancel", null, Run.class);
    }
}
