package dev.runnel.server.http.assistants;

import dev.runnel.protocol.MetadataChange;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.server.engine.runs.RunSteps;
import dev.runnel.server.engine.runs.Runs;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.openapi.Parameter;
import dev.runnel.server.log.LogReader;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of runs and run steps. A run's stream is the run's log, read from a position. */
final class RunRoutes {
    private static final String ONLY_INCLUDE = "step_details.tool_calls[*].file_search.results[*].content";

    static final Parameter INCLUDE = Parameter.choice("include[]", "More fields to show in the steps.", ONLY_INCLUDE);
    static final Parameter EVENT_IDS = Parameter.choice("event_ids",
            "Whether the stream has event numbers and comments. Use false for readers that cannot take them. An extension.",
            "true",
            "false");
    static final Parameter EVENT_IDS_HEADER = Parameter.header("Runnel-Event-Ids", "As event_ids. An extension.");
    static final Parameter[] REATTACH = {
        Parameter.choice("stream", "Whether the answer is the run's stream. An extension.", "true", "false"),
        Parameter.integer("starting_after", "Only the events after this one. An extension.", 0, Long.MAX_VALUE),
        Parameter.header("Last-Event-ID", "As starting_after; the larger of the two counts. An extension."),
        Parameter.choice("follow", "Whether the stream goes on where the run requires action. An extension.", "true",
                "false")};

    private final Runs runs;
    private final RunSteps steps;
    private final RunStreams streams;

    RunRoutes(Runs runs, RunSteps steps, RunStreams streams) {
        this.runs = runs;
        this.steps = steps;
        this.streams = streams;
    }

    void register(Router router) {
        router.route("POST", "/v1/threads/runs", this::createWithThread,
                describe("createThreadAndRun", "Create a thread and run an assistant on it")
                        .takes(RunRequest.class).without("additional_instructions", "additional_messages")
                        .gives(Run.class).streams()
                        .reads(INCLUDE, EVENT_IDS, EVENT_IDS_HEADER, Parameter.IDEMPOTENCY_KEY));
        router.route("POST", "/v1/threads/{thread_id}/runs", this::create,
                describe("createRun", "Run an assistant on a thread")
                        .takes(RunRequest.class).without("thread", "tool_resources")
                        .gives(Run.class).streams()
                        .reads(INCLUDE, EVENT_IDS, EVENT_IDS_HEADER, Parameter.IDEMPOTENCY_KEY));
        router.route("GET", "/v1/threads/{thread_id}/runs", this::list,
                describe("listRuns", "List a thread's runs").givesPageOf(Run.class));
        router.route("GET", "/v1/threads/{thread_id}/runs/{run_id}", this::get,
                describe("getRun", "Retrieve a run, or its stream from any position on, an extension")
                        .gives(Run.class).streams().mayBeEmpty().reads(REATTACH)
                        .reads(INCLUDE, EVENT_IDS, EVENT_IDS_HEADER));
        router.route("POST", "/v1/threads/{thread_id}/runs/{run_id}", this::modify,
                describe("modifyRun", "Modify a run").takes(MetadataChange.class).gives(Run.class));
        router.route("POST", "/v1/threads/{thread_id}/runs/{run_id}/cancel", this::cancel,
                describe("cancelRun", "Cancel a run").gives(Run.class));
        router.route("POST", "/v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs", this::submitToolOutputs,
                describe("submitToolOuputsToRun", "Submit the outputs of all the calls a run waits for")
                        .takes(ToolOutputsRequest.class).gives(Run.class).streams()
                        .reads(EVENT_IDS, EVENT_IDS_HEADER, Parameter.IDEMPOTENCY_KEY));
        router.route("GET", "/v1/threads/{thread_id}/runs/{run_id}/steps", this::steps,
                describe("listRunSteps", "List a run's steps").givesPageOf(RunStep.class).reads(INCLUDE));
        router.route("GET", "/v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}", this::step,
                describe("getRunStep", "Retrieve a run step").gives(RunStep.class).reads(INCLUDE));
    }

    void create(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        view(exchange);
        RunRequest request = exchange.body(RunRequests::run);
        exchange.admit();
        Run run = runs.create(exchange.project(), threadId, request, exchange.idempotencyKey());
        answer(exchange, run, request.stream(), 0);
    }

    void createWithThread(Exchange exchange) throws IOException, InterruptedException {
        RunRequest request = exchange.body(RunRequests::threadAndRun);
        exchange.admit();
        Run run = runs.createWithThread(exchange.project(), request, exchange.idempotencyKey());
        answer(exchange, run, request.stream(), 0);
    }

    void submitToolOutputs(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        String runId = runId(exchange);
        ToolOutputsRequest request = exchange.body(RunRequests::toolOutputs);
        Runs.Submitted submitted = runs.submit(
                exchange.project(), threadId, runId, request, exchange.idempotencyKey());
        answer(exchange, submitted.run(), request.stream(), submitted.number());
    }

    private void answer(Exchange exchange, Run run, @Nullable Boolean stream, long after)
            throws IOException, InterruptedException {
        exchange.close(); // gives back the body's memory: a stream may last, and the run has kept the request
        if (Boolean.TRUE.equals(stream)) {
            streams(exchange).run(exchange.response(), runs.read(exchange.project(), run, after));
        } else {
            send(exchange, run);
        }
    }

    private void send(Exchange exchange, Run run) {
        PollHint.add(exchange, run, runs.age(run));
        exchange.send(run);
    }

    /**
     * The writer of streams that the client can read. Some old clients know only lines of {@code event} and
     * {@code data}, and fail at others.
     */
    private RunStreams streams(Exchange exchange) {
        RunSteps.View view = view(exchange);
        RunStreams shown = streams.showing(entry -> steps.shown(entry, view));
        boolean plain = !exchange.flag(EVENT_IDS.name(), true)
                || exchange.header(EVENT_IDS_HEADER.name()).filter("false"::equalsIgnoreCase).isPresent();
        return plain ? shown.plain() : shown;
    }

    /**
     * Answers with a run or, with {@code stream=true}, with the run's stream from any position on. The stream is an
     * extension of the protocol.
     */
    void get(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        String runId = runId(exchange);
        if (exchange.flag("stream", false) && !exchange.headOnly()) {
            long position = position(exchange);
            LogReader reader = exchange.flag("follow", false)
                    ? runs.follow(exchange.project(), threadId, runId, position)
                    : runs.read(exchange.project(), threadId, runId, position);
            streams(exchange).again(exchange.response(), reader);
        } else {
            send(exchange, runs.run(exchange.project(), threadId, runId));
        }
    }

    /**
     * The position to read on from: the larger of {@code starting_after} and {@code Last-Event-ID}. When a browser's
     * event source reconnects, it sends this header, but still with its first URL and the old {@code starting_after}.
     */
    private static long position(Exchange exchange) {
        return Math.max(exchange.integer("starting_after", 0, 0, Long.MAX_VALUE), lastEventId(exchange));
    }

    private static long lastEventId(Exchange exchange) {
        String header = exchange.header("Last-Event-ID").orElse("");
        try {
            return header.isBlank() ? 0 : Math.max(0, Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            throw BadRequestException.of(
                    "Invalid 'Last-Event-ID': '" + header + "'. Expected the number of an event.",
                    "Last-Event-ID",
                    "invalid_value");
        }
    }

    void list(Exchange exchange) {
        exchange.send(runs.runs(exchange.project(), threadId(exchange), exchange.page()));
    }

    void modify(Exchange exchange) {
        String threadId = threadId(exchange);
        String runId = runId(exchange);
        Optional<Map<String, String>> metadata = exchange.body(Modifications::metadata);
        exchange.send(metadata.isPresent()
                ? runs.modify(exchange.project(), threadId, runId, metadata.get())
                : runs.run(exchange.project(), threadId, runId));
    }

    void cancel(Exchange exchange) {
        send(exchange, runs.cancel(exchange.project(), threadId(exchange), runId(exchange)));
    }

    void steps(Exchange exchange) {
        RunSteps.View view = view(exchange);
        exchange.send(steps.steps(exchange.project(), threadId(exchange), runId(exchange), exchange.page(), view));
    }

    void step(Exchange exchange) {
        RunSteps.View view = view(exchange);
        exchange.send(steps.step(
                exchange.project(), threadId(exchange), runId(exchange), exchange.id("step_id", "step"), view));
    }

    /** How much of the steps the request asks for. */
    private static RunSteps.View view(Exchange exchange) {
        Optional<String> include = exchange.query(INCLUDE.name());
        include.filter(value -> !value.equals(ONLY_INCLUDE)).ifPresent(value -> {
            throw FieldFaults.unsupported("include[0]", value, ONLY_INCLUDE);
        });
        return include.isPresent() ? RunSteps.View.WITH_CONTENT : RunSteps.View.USUAL;
    }

    private static String threadId(Exchange exchange) {
        return exchange.id("thread_id", "thread", ResponseIds::thread);
    }

    private static String runId(Exchange exchange) {
        return exchange.id("run_id", "run", ResponseIds::run);
    }
}
