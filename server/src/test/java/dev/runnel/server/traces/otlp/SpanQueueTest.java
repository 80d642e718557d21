package dev.runnel.server.traces.otlp;

import dev.runnel.server.observed.ModelObserver;
import dev.runnel.server.traces.TraceSettings;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** A collector that is away, refuses, or hangs: nobody waits for it, and what is lost is counted and said once. */
@Timeout(120)
class SpanQueueTest {
    private static OtlpTraces open(URI collector) {
        return new OtlpTraces(new TraceSettings(collector, Map.of(), "runnel", 100));
    }

    private static URI url(ScriptedModelServer collector) {
        return URI.create("http://127.0.0.1:" + collector.baseUri().getPort());
    }

    private static void call(ModelObserver models, int times) {
        for (int i = 0; i < times; i++) {
            models.begun("m", false).ended("");
        }
    }

    private static List<String> warnings(LogLines log) {
        return log.lines().stream().filter(line -> line.startsWith("WARNING")).toList();
    }

    @Test
    void aCollectorThatIsAwayIsToldOnce() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (LogLines log = LogLines.of(SpanQueue.class); OtlpTraces traces = open(nobody)) {
            call(traces.models(), 1);
            Await.until("a span is dropped", () -> traces.dropped() == 1);
            call(traces.models(), 1);
            Await.until("another span is dropped", () -> traces.dropped() == 2);

            assertThat(warnings(log)).singleElement().asString()
                    .contains("the collector at " + nobody + " does not take them").contains("ConnectException");
        }
    }

    @Test
    void theLogSaysWhyACollectorRefusesAndWhenItNoLongerDoes() throws Exception {
        try (ScriptedModelServer collector = ScriptedModelServer.start();
                LogLines log = LogLines.of(SpanQueue.class);
                OtlpTraces traces = open(url(collector))) {
            collector.enqueue(Script.json(401, "{}"));
            collector.answer(request -> Script.json(200, "{}"));
            call(traces.models(), 3);
            Await.until("a batch is dropped", () -> traces.dropped() == 3);
            for (int sent = 2; sent <= 3; sent++) { // one batch each
                int requests = sent;
                call(traces.models(), 1);
                Await.until("a batch is sent", () -> collector.requests().size() >= requests);
            }
            Await.until("the log says so", () -> log.lines().size() == 2);

            assertThat(log.lines().getFirst()).startsWith("WARNING").contains("401");
            assertThat(log.lines().getLast()).startsWith("INFO").contains("takes traces again; 3 spans were dropped");
        }
    }

    @Test
    void whoeverMakesSpansNeverWaitsForACollectorThatHangs() {
        try (ScriptedModelServer collector = ScriptedModelServer.start(); LogLines log = LogLines.of(SpanQueue.class)) {
            Gate gate = new Gate();
            collector.answer(request -> Script.plain().gate(gate));
            OtlpTraces traces = open(url(collector));
            int made = 20_000;
            call(traces.models(), made);

            assertThat(traces.dropped()).isGreaterThan(made / 2);
            assertThat(warnings(log)).singleElement().asString().contains("does not take them");
            gate.open();
            traces.close();
        }
    }
}
