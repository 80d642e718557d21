package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

import static dev.runnel.client.Paths.segment;

/** What a run's stream asks of the server beside its first response: to go on somewhere, to take outputs, to cancel. Thread-safe. */
final class RunSession {
    private static final int GONE = 410;

    private final Exchange exchange;
    private final RunsApi runs;

    /** Creates the run; repeatable only if it carries a key. Null for a run that was there. */
    private final @Nullable Call creation;

    RunSession(Exchange exchange, RunsApi runs, @Nullable Call creation) {
        this.exchange = exchange;
        this.runs = runs;
        this.creation = creation;
    }

    /** Whether a stream that broke off there can go on. */
    boolean canResume(@Nullable Position at) {
        return at != null || (creation != null && creation.repeatable());
    }

    /** Waits before re-attaching after a failure; false if that would come too late. */
    boolean pause(RunnelException failure, int retry) {
        return exchange.pause(failure, retry, null);
    }

    /** What comes after a position. Without one, the run's creation is sent again: its key makes it the same run. */
    RunFeed resume(@Nullable Position at, RunFold known) {
        if (at == null) {
            return create();
        }
        return attach(at, known);
    }

    /** The run's whole stream, from its creation on. */
    RunFeed create() {
        if (creation == null) {
            throw new IllegalStateException("a run that was there is not created");
        }
        return new SseFeed(exchange.open(creation), exchange.budget(), 0);
    }

    /**
     * The events after a position, from the server's log of them; from its objects where it keeps no log, or no longer (410, or 204
     * as event sources have it).
     *
     * @param known what the reader knows of the run so far
     */
    RunFeed attach(Position at, RunFold known) {
        String path = RunsApi.path(at.threadId(), at.runId()) + "?stream=true&starting_after=" + at.lastEventId();
        try {
            Transport.Response response = exchange.open(Call.get(path).streamed());
            if (Answers.isEventStream(response)) {
                return new SseFeed(response, exchange.budget(), at.lastEventId());
            }
            response.close();
        } catch (ApiException e) {
            if (e.status() != GONE) {
                throw e;
            }
        }
        return new PollFeed(runs, new MessagesApi(exchange), at, known);
    }

    RunFeed submit(Run run, List<ToolOutput> outputs) {
        String path = RunsApi.path(run.threadId(), run.id()) + "/submit_tool_outputs";
        Call call = Call.post(path, new ToolOutputsRequest(outputs, true)).withKey(exchange.newKey()).streamed();
        return new SseFeed(exchange.open(call), exchange.budget(), 0);
    }

    Run cancel(Position run) {
        return exchange.post("/threads/" + segment(run.threadId()) + "/runs/" + segment(run.runId()) + "/cancel", null,
                Run.class);
    }
}
