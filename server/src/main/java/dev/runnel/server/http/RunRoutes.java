package dev.runnel.server.http;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.server.engine.Runs;
import dev.runnel.server.log.LogReader;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs and run steps. A run's stream is its log, read from a position. */
final class RunRoutes {
    private final Runs runs;
    private final EventStreams streams;

    RunRoutes(Runs runs, EventStreams streams) {
        this.runs = runs;
        this.streams = streams;
    }

    void create(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        checkInclude(exchange);
        RunRequest request = exchange.body(Requests::run);
        answer(exchange, runs.create(exchange.project(), threadId, request), request.stream(), 0);
    }

    void createWithThread(Exchange exchange) throws IOException, InterruptedException {
        RunRequest request = exchange.body(Requests::threadAndRun);
        answer(exchange, runs.createWithThread(exchange.project(), request), request.stream(), 0);
    }

    void submitToolOutputs(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        String runId = runId(exchange);
        ToolOutputsRequest request = exchange.body(Requests::toolOutputs);
        Runs.Submitted submitted = runs.submit(exchange.project(), threadId, runId, request);
        answer(exchange, submitted.run(), request.stream(), submitted.position());
    }

    private void answer(Exchange exchange, Run run, @Nullable Boolean stream, long after)
            throws IOException, InterruptedException {
        if (Boolean.TRUE.equals(stream)) {
            streams.run(exchange.response(), runs.read(exchange.project(), run.threadId(), run.id(), after));
        } else {
            exchange.send(run);
        }
    }

    /** A run; or, with {@code stream=true}, its stream from any position on: what no other server of the protocol has. */
    void get(Exchange exchange) throws IOException, InterruptedException {
        String threadId = threadId(exchange);
        String runId = runId(exchange);
        if (exchange.query("stream").filter("true"::equals).isPresent()) {
            LogReader reader = runs.read(exchange.project(), threadId, runId, position(exchange));
            streams.run(exchange.response(), reader);
        } else {
            exchange.send(runs.run(exchange.project(), threadId, runId));
        }
    }

    /** {@code starting_after}, or else the header that a browser's event source sends on its own. */
    private static long position(Exchange exchange) {
        if (exchange.query("starting_after").isPresent()) {
            return exchange.integer("starting_after", 0, 0, Long.MAX_VALUE);
        }
        String header = exchange.request().headers()
                .first(HeaderNames.create("Last-Event-ID"))
                .orElse("");
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
        exchange.send(runs.cancel(exchange.project(), threadId(exchange), runId(exchange)));
    }

    void steps(Exchange exchange) {
        checkInclude(exchange);
        exchange.send(runs.steps(exchange.project(), threadId(exchange), runId(exchange), exchange.page()));
    }

    void step(Exchange exchange) {
        checkInclude(exchange);
        exchange.send(
                runs.step(exchange.project(), threadId(exchange), runId(exchange), exchange.id("step_id", "step")));
    }

    private static void checkInclude(Exchange exchange) {
        String only = "step_details.tool_calls[*].file_search.results[*].content";
        exchange.query("include[]").filter(value -> !value.equals(only)).ifPresent(value -> {
            throw BadRequestException.of(
                    "Invalid value: '" + value + "'. Supported values are: '" + only + "'.", "include[0]",
                    "invalid_value");
        });
    }

    private static String threadId(Exchange exchange) {
        return exchange.id("thread_id", "thread");
    }

    private static String runId(Exchange exchange) {
        return exchange.id("run_id", "run");
    }
}
