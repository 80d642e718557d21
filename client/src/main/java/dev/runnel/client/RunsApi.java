package dev.runnel.client;

import dev.runnel.client.Exchange.Repeat;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.json.Json;

import static dev.runnel.client.Paths.segment;

/** Runs. Thread-safe. Creating a run is never tried again: a lost answer could mean two runs. */
public final class RunsApi {
    private static final long FIRST_LOOK_MILLIS = 50;
    private static final long LAST_LOOK_MILLIS = 1_000;

    private final Exchange exchange;

    RunsApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Creates a run on a thread and streams it. */
    public RunStream stream(String threadId, RunRequest request) {
        return open("/threads/" + segment(threadId) + "/runs", request.withStream(true));
    }

    /** Creates a thread and a run on it, and streams it. */
    public RunStream streamWithThread(RunRequest request) {
        return open("/threads/runs", request.withStream(true));
    }

    private RunStream open(String path, Object request) {
        return new RunStream(new EventSource(exchange.open("POST", path, Json.write(request), true, Repeat.NEVER)));
    }

    /**
     * Reads a run's stream again, from any position: first what has happened since, then what happens. Only Runnel serves this.
     *
     * @param startingAfter the sequence number of the last event that is already known; 0 for all
     */
    public RunStream attach(String threadId, String runId, long startingAfter) {
        String path = path(threadId, runId) + "?stream=true&starting_after=" + startingAfter;
        Transport.Response response = exchange.open("GET", path, null, true, Repeat.SAFE);
        return new RunStream(new EventSource(response).startingAfter(startingAfter));
    }

    /** Creates a run on a thread, and does not wait for it. */
    public Run create(String threadId, RunRequest request) {
        return exchange.post("/threads/" + segment(threadId) + "/runs", request.withStream(false), Run.class);
    }

    /** Creates a thread and a run on it, and does not wait for it. */
    public Run createWithThread(RunRequest request) {
        return exchange.post("/threads/runs", request.withStream(false), Run.class);
    }

    /** Hands a run the outputs it waits for, and does not wait for it. */
    public Run submitToolOutputs(String threadId, String runId, ToolOutputsRequest request) {
        return exchange.post(path(threadId, runId) + "/submit_tool_outputs", request.withStream(false), Run.class);
    }

    /** Hands a run the outputs it waits for, and streams what follows. */
    public RunStream streamToolOutputs(String threadId, String runId, ToolOutputsRequest request) {
        return open(path(threadId, runId) + "/submit_tool_outputs", request.withStream(true));
    }

    /** A run as it is now. */
    public Run get(String threadId, String runId) {
        return exchange.get(path(threadId, runId), Run.class);
    }

    /**
     * Waits until a run has ended or requires action, looking at it at growing intervals of up to a second.
     *
     * @throws ClosedStreamException if the thread is interrupted
     */
    public Run await(String threadId, String runId) {
        long millis = FIRST_LOOK_MILLIS;
        for (Run run = get(threadId, runId);; run = get(threadId, runId)) {
            if (run.status().terminal() || run.status() == RunStatus.REQUIRES_ACTION) {
                return run;
            }
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClosedStreamException("interrupted while waiting for " + runId, e);
            }
            millis = Math.min(millis * 3 / 2, LAST_LOOK_MILLIS);
        }
    }

    /** Asks a run to stop. */
    public Run cancel(String threadId, String runId) {
        return exchange.post(path(threadId, runId) + "/cancel", null, Run.class);
    }

    /** A run's steps, newest first, the first page of at most 20. */
    public Page<RunStep> steps(String threadId, String runId) {
        return exchange.page(path(threadId, runId) + "/steps", RunStep.class);
    }

    private static String path(String threadId, String runId) {
        return "/threads/" + segment(threadId) + "/runs/" + segment(runId);
    }
}
