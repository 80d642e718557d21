package dev.runnel.server.http.responses;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.responses.InputTokens;
import dev.runnel.protocol.responses.ItemList;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.runs.Runs;
import dev.runnel.server.engine.runs.ThreadContents;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.openapi.Parameter;
import dev.runnel.server.http.responses.events.ResponseFold;
import dev.runnel.server.http.responses.events.ResponseStreams;
import dev.runnel.server.http.responses.events.RunAsResponse;
import dev.runnel.server.http.responses.items.Include;
import dev.runnel.server.http.responses.items.ItemPages;
import dev.runnel.server.http.responses.items.ThreadItems;
import dev.runnel.server.http.responses.requests.ResponseRequest;
import dev.runnel.server.http.responses.requests.ResponseRequests;
import dev.runnel.server.http.responses.requests.TokensRequest;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.store.rows.RunNotes;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of responses. */
final class ResponseRoutes {
    /** How long a request that waits for a whole response looks at the log at a time. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** How long a request that cancels waits for the run's end. */
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(5);

    private final Runs runs;
    private final ThreadContents contents;
    private final ResponseStreams streams;

    ResponseRoutes(Runs runs, ThreadContents contents, ResponseStreams streams) {
        this.runs = runs;
        this.contents = contents;
        this.streams = streams;
    }

    void register(Router router) {
        router.route("POST", "/v1/responses", this::create,
                describe("createResponse", "Create a response").takes(ResponseRequest.class)
                        .gives(ResponseObject.class).streams(ResponseEvent.class).reads(Parameter.IDEMPOTENCY_KEY));
        router.route("GET", "/v1/responses/{response_id}", this::get,
                describe("getResponse", "Retrieve a response, or its stream from any event on")
                        .gives(ResponseObject.class).streams(ResponseEvent.class).reads(
                                Include.PARAMETER,
                                Parameter.choice("stream", "Whether the answer is the stream.", "true", "false"),
                                Parameter.integer(
                                        "starting_after", "Only the events after this one.", 0, Long.MAX_VALUE),
                                Parameter.choice(
                                        "include_obfuscation", "Accepted; this server never obfuscates.", "true",
                                        "false"),
                                Parameter.header(
                                        "Last-Event-ID",
                                        "As starting_after; the larger of the two counts. An extension.")));
        router.route("DELETE", "/v1/responses/{response_id}", this::delete,
                describe("deleteResponse", "Delete a response").gives(Deleted.class));
        router.route("POST", "/v1/responses/{response_id}/cancel", this::cancel,
                describe("cancelResponse", "Cancel a response that is made in the background")
                        .gives(ResponseObject.class));
        router.route("GET", "/v1/responses/{response_id}/input_items", this::inputItems,
                describe("listInputItems", "List the items that a response's request brought").gives(ItemList.class)
                        .reads(Parameter.integer("limit", "How many items at most; 20 by default.", 1, 100),
                                Parameter.order(), Parameter.after(), Include.PARAMETER));
        router.route("POST", "/v1/responses/input_tokens", this::inputTokens,
                describe("Getinputtokencounts", "Count the tokens of a prompt").takes(TokensRequest.class)
                        .gives(InputTokens.class));
    }

    void create(Exchange exchange) throws IOException, InterruptedException {
        ResponseRequest request = exchange.body(ResponseRequests::response);
        requireInput(exchange, request);
        exchange.admit();
        Run run = runs.create(exchange.project(), turn(exchange, request), exchange.idempotencyKey());
        exchange.close(); // gives back the body's memory: the answer may take long, and the run has kept the request
        try {
            if (request.stream()) {
                stream(exchange, run, Include.NOTHING, -1);
            } else {
                exchange.send(request.background() ? now(exchange, run, Include.NOTHING) : whole(exchange, run));
            }
        } finally {
            if (isTemporary(request)) {
                runs.removeTemporary(run.threadId()); // nobody else can read it
            }
        }
    }

    /** Refuses a request that leaves the model nothing to answer. An assistant may be a prompt of its own. */
    private void requireInput(Exchange exchange, ResponseRequest request) {
        String conversation = request.conversation();
        boolean nothing = request.input().isEmpty() && request.previous() == null
                && request.run().assistantId().equals(Turn.NO_ASSISTANT)
                && (conversation == null || contents.read(
                        exchange.project(), ResponseIds.thread(conversation), Optional.empty(), true, 1).isEmpty());
        if (nothing) {
            throw FieldFaults.missing("input");
        }
    }

    private static boolean isTemporary(ResponseRequest request) {
        return !request.store() && request.conversation() == null;
    }

    private Turn turn(Exchange exchange, ResponseRequest request) {
        String previous = request.previous();
        String conversation = request.conversation();
        String threadId = previous != null
                ? find(exchange, previous).orElseThrow(() -> BadRequestException.of(
                        "Previous response with id '" + previous + "' not found.", "previous_response_id",
                        "previous_response_not_found")).threadId()
                : conversation != null ? ResponseIds.thread(conversation) : "";
        checkContainer(request, threadId);
        if (previous != null && conversation != null) {
            throw BadRequestException.of(
                    "The parameters 'previous_response_id' and 'conversation' cannot be used together.",
                    "conversation", "mutually_exclusive_parameters");
        }
        Turn.On on = previous != null
                ? new Turn.After(ResponseIds.run(previous))
                : conversation != null
                        ? new Turn.Existing(ResponseIds.thread(conversation))
                        : new Turn.NewThread(Map.of());
        return new Turn(
                on, request.run(), request.input(), request.asked(), request.truncates(),
                request.maxToolCalls(), isTemporary(request), !request.store());
    }

    /** A container is a conversation's, so its id can only say once more which conversation the response belongs to. */
    private static void checkContainer(ResponseRequest request, String threadId) {
        JsonValue container = request.asked().get("container");
        if (container.isText() && !container.text().equals(ResponseIds.container(threadId))) {
            throw BadRequestException.of(
                    "No container '" + container.text()
                            + "' belongs to this conversation. Each conversation has one of its"
                            + " own: use {\"type\": \"auto\"}.",
                    "tools", "invalid_value");
        }
    }

    void inputTokens(Exchange exchange) {
        ResponseRequest request = exchange.body(ResponseRequests::tokens);
        exchange.send(new InputTokens(runs.tokens(exchange.project(), turn(exchange, request))));
    }

    void delete(Exchange exchange) {
        Run run = run(exchange);
        runs.remove(exchange.project(), run);
        exchange.send(Deleted.of(ResponseIds.response(run.id()), "response"));
    }

    void cancel(Exchange exchange) throws InterruptedException {
        Run run = run(exchange);
        if (!RunAsResponse.of(runs.notes(run.id()), Include.NOTHING).background()) {
            throw BadRequestException.of("Cannot cancel a synchronous response.", "response_id", "invalid_value");
        }
        try {
            Run _ = runs.cancel(exchange.project(), run.threadId(), run.id());
        } catch (RejectedException e) {
            exchange.send(now(exchange, run, Include.NOTHING)); // it has ended: cancelling again changes nothing
            return;
        }
        exchange.send(read(exchange, run, Include.NOTHING, CANCELLED_WITHIN, false));
    }

    void inputItems(Exchange exchange) {
        ThreadItems shown = new ThreadItems(Include.of(exchange));
        Run run = run(exchange);
        exchange.send(ItemPages.of(contents, run.threadId(), contents.input(run), exchange.page(), shown));
    }

    void get(Exchange exchange) throws IOException, InterruptedException {
        Run run = run(exchange);
        Include include = Include.of(exchange);
        boolean stream = exchange.flag("stream", false);
        if (stream && !exchange.headOnly()) {
            stream(exchange, run, include, after(exchange));
        } else {
            exchange.send(now(exchange, run, include));
        }
    }

    /** The number after which the stream goes on; -1 for all of it. */
    private static long after(Exchange exchange) {
        return Math.max(exchange.integer("starting_after", -1, 0, Long.MAX_VALUE), lastEventId(exchange));
    }

    private static long lastEventId(Exchange exchange) {
        String header = exchange.header("Last-Event-ID").orElse("");
        try {
            return header.isBlank() ? -1 : Math.max(-1, Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            throw BadRequestException.of(
                    "Invalid 'Last-Event-ID': '" + header + "'. Expected the number of an event.", "Last-Event-ID",
                    "invalid_value");
        }
    }

    private void stream(Exchange exchange, Run run, Include include, long after)
            throws IOException, InterruptedException {
        LogReader reader = runs.readWhole(run).orElseThrow(() -> RejectedException.eventsGone(run.id()));
        streams.run(exchange.response(), reader, fold(run, include), after);
    }

    private ResponseFold fold(Run run, Include include) {
        return new ResponseFold(RunAsResponse.of(runs.notes(run.id()), include), runs::stepNotes);
    }

    /** The response once its run has ended. */
    private ResponseObject whole(Exchange exchange, Run run) throws InterruptedException {
        return read(exchange, run, Include.NOTHING, LOOK, true);
    }

    /** The response so far. */
    private ResponseObject now(Exchange exchange, Run run, Include include) throws InterruptedException {
        return read(exchange, run, include, Duration.ZERO, false);
    }

    /**
     * The response, from the run's log; if that was removed, from what is kept of the run.
     *
     * @param patience how long to wait for an entry
     * @param toTheEnd whether to wait again and again
     */
    private ResponseObject read(
            Exchange exchange, Run run, Include include, Duration patience, boolean toTheEnd)
            throws InterruptedException {
        Optional<LogReader> log = runs.readWhole(run);
        if (log.isEmpty()) {
            return RunAsResponse.of(runs.notes(run.id()), include)
                    .show(run, new ThreadItems(include).of(contents.of(exchange.project(), run)));
        }
        ResponseFold fold = fold(run, include);
        boolean more = true;
        while (more) {
            switch (log.get().next(patience)) {
                case LogReader.Read.Events events -> {
                    for (LogEntry entry : events.entries()) {
                        fold.read(entry);
                    }
                }
                case LogReader.Read.Silence _ -> more = toTheEnd;
                case LogReader.Read.End _,LogReader.Read.Cut _ -> more = false;
            }
        }
        return fold.response(run);
    }

    private Run run(Exchange exchange) {
        String id = exchange.id("response_id", "resp", ResponseIds::response);
        return find(exchange, id).orElseThrow(() -> RejectedException.notFound("response", id));
    }

    private Optional<Run> find(Exchange exchange, String id) {
        Optional<Run> run = runs.find(exchange.project(), ResponseIds.run(id));
        boolean hidden = run.flatMap(found -> runs.notes(found.id())).filter(RunNotes::hidden).isPresent();
        return run.filter(_ -> !hidden);
    }
}
