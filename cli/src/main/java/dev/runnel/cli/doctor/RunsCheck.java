package dev.runnel.cli.doctor;

import dev.runnel.client.ApiException;
import dev.runnel.client.Position;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a server has assistants, and whether a stream can be read on after a break, with a run of its own that it
 * removes afterwards.
 */
final class RunsCheck {
    private final RunnelClient client;
    private final String model;
    private final Report report;
    private @Nullable Position left;

    RunsCheck(RunnelClient client, String model, Report report) {
        this.client = client;
        this.model = model;
        this.report = report;
    }

    void run() {
        String assistant;
        try {
            assistant = client.assistants()
                    .create(AssistantRequest.builder(model).name("runnel doctor").build()).id();
        } catch (RunnelException e) {
            boolean none = e instanceof ApiException api && (api.status() == 404 || api.status() == 405);
            report.add(none
                    ? Finding.wrong("assistants", "the server has no assistants: " + e.getMessage(),
                            "pass the URL as --model-url; 'runnel serve' adds assistants to a model server")
                    : Finding.wrong("assistants", String.valueOf(e.getMessage()), "the server's log has more"));
            report.add(Finding.none("resume", "not reached"));
            return;
        }
        try {
            if (begun(assistant)) {
                report.add(resumed());
            }
        } catch (RunnelException e) {
            report.add(Finding.wrong(left == null ? "assistants" : "resume", String.valueOf(e.getMessage()),
                    "the server's log has more; a proxy that cuts streams off looks like this too"));
        } finally {
            cleanUp(assistant);
        }
    }

    /** Streams a run up to the first of its text. */
    private boolean begun(String assistant) {
        RunRequest request = RunRequest.builder(assistant)
                .thread(ThreadRequest.of(MessageRequest.user(Resumption.PROMPT)))
                .build();
        long start = System.nanoTime();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event; (event = stream.next()) != null && !(event instanceof RunEvent.MessageDelta);) {
                // Only the first of the text tells that the model answers.
            }
            left = stream.position().orElse(null);
            Run run = stream.fold().run().orElse(null);
            if (left == null || run == null) {
                report.add(Finding.wrong("assistants", "the stream had no event with a run",
                        "it is not of this protocol"));
                report.add(Finding.none("resume", "not reached"));
                return false;
            }
            LastError error = run.lastError();
            if (error != null) {
                report.add(Finding.wrong("assistants", "the run failed (" + error.code() + "): " + error.message(),
                        "check the model server behind it: runnel doctor --model-url URL"));
                report.add(Finding.none("resume", "not reached"));
                return false;
            }
            report.add(Finding.fine("assistants", "a run streams, its text from " + (left.lastEventId() == 0
                    ? "its beginning on"
                    : "event " + left.lastEventId() + " on") + Report.since(start)));
            return true;
        }
    }

    /** Reads on from the last event. */
    private Finding resumed() {
        Position at = left;
        if (at == null || at.lastEventId() == 0) {
            return Finding.none("resume",
                    "its events have no numbers; runnel reads the run's objects again instead of reading on");
        }
        long start = System.nanoTime();
        try (RunStream stream = client.runs().resume(at)) {
            return new Resumption("resume", at.lastEventId(), start).read(
                    stream, stream::lastEventId, () -> cancel(at),
                    () -> "the run is " + stream.fold().run().map(Run::status).orElse(RunStatus.UNKNOWN).wire());
        }
    }

    private void cancel(Position run) {
        try {
            client.runs().cancel(run.threadId(), run.runId());
        } catch (ApiException e) {
            // It has ended by itself.
        }
    }

    private void cleanUp(String assistant) {
        try {
            Position run = left;
            if (run != null) {
                if (!client.runs().get(run.threadId(), run.runId()).status().terminal()) {
                    cancel(run);
                    client.runs().await(run.threadId(), run.runId());
                }
                client.threads().delete(run.threadId());
            }
            client.assistants().delete(assistant);
        } catch (RunnelException e) {
            report.add(Finding.none("left", "the assistant " + assistant + " 'runnel doctor', or its thread: "
                    + e.getMessage()));
        }
    }
}
