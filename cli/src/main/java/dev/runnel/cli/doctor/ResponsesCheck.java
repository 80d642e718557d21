package dev.runnel.cli.doctor;

import dev.runnel.client.ApiException;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a server has the Responses API, and whether the stream of a response can be read on after a break, with a
 * response of its own that it removes afterwards.
 */
final class ResponsesCheck {
    private static final String CHECK = "responses";
    /** The answers of servers that do not know a path or a method. */
    private static final List<Integer> UNKNOWN = List.of(404, 405, 501);

    private final RunnelClient client;
    private final String model;
    private final Report report;
    private @Nullable String left;

    ResponsesCheck(RunnelClient client, String model, Report report) {
        this.client = client;
        this.model = model;
        this.report = report;
    }

    void run() {
        try {
            report.add(checked());
        } catch (ApiException e) {
            report.add(left == null && UNKNOWN.contains(e.status())
                    ? Finding.none(CHECK, "the server does not have the Responses API: " + e.getMessage())
                    : Finding.wrong(CHECK, String.valueOf(e.getMessage()), "the server's log has more"));
        } catch (RunnelException e) {
            report.add(Finding.wrong(CHECK, String.valueOf(e.getMessage()),
                    "the server's log has more; a proxy that cuts streams off looks like this too"));
        } finally {
            cleanUp();
        }
    }

    /** Streams a response up to the first of its text, leaves it, and reads on. */
    private Finding checked() {
        long start = System.nanoTime();
        long number;
        ResponseRequest request = ResponseRequest.builder(model, Resumption.PROMPT).background(true).build();
        try (ResponseStream stream = client.responses().stream(request)) {
            for (ResponseEvent event; (event = stream.next()) != null && !(event instanceof ResponseEvent.TextDelta);) {
                // Only the first of the text tells that the model answers.
            }
            left = stream.responseId().orElse(null);
            number = stream.lastSequenceNumber();
            ResponseObject response = stream.response().orElse(null);
            if (left == null || response == null) {
                return Finding.wrong(CHECK, "the stream had no event with a response", "it is not of this protocol");
            } else if (response.error() != null) {
                return Finding.wrong(CHECK, "the response failed (" + response.error().code() + "): "
                        + response.error().message(),
                        "check the model server behind it: runnel doctor --model-url URL");
            }
        }
        return resumed(left, number, start);
    }

    private Finding resumed(String id, long number, long start) {
        try (ResponseStream stream = client.responses().resume(id, number)) {
            return new Resumption(CHECK, number, start).read(
                    stream, stream::lastSequenceNumber,
                    () -> client.responses().cancel(id), // if it has ended already, nothing changes
                    () -> "the response is "
                            + stream.response().map(response -> response.status().wire()).orElse("unknown"));
        }
    }

    private void cleanUp() {
        String id = left;
        if (id == null) {
            return;
        }
        try {
            if (!client.responses().get(id).status().terminal()) {
                client.responses().cancel(id);
                client.responses().await(id);
            }
            client.responses().delete(id);
        } catch (RunnelException e) {
            report.add(Finding.none("left", "the response " + id + ": " + e.getMessage()));
        }
    }
}
