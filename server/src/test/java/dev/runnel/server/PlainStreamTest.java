package dev.runnel.server;

import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.HEARTBEAT;
import static org.assertj.core.api.Assertions.assertThat;

/** Streams for readers that know no lines but those of {@code event} and {@code data}. */
@Timeout(30)
class PlainStreamTest {
    @TempDir
    Path folder;

    private static final String EVENTS = "(event: [a-z._]+\ndata: [^\n]+\n\n)+";

    @ParameterizedTest
    @ValueSource(strings = {"?event_ids=false| ", "|Runnel-Event-Ids: false"})
    void aStreamWithoutNumbersHasNoOtherLines(String how) throws IOException {
        String query = how.substring(0, how.indexOf('|'));
        String header = how.substring(how.indexOf('|') + 1).strip();
        try (TestServer server = TestServer.start(folder, options -> options.with(HEARTBEAT, Duration.ofMillis(30)));
                RawHttp raw = new RawHttp(server.port());
                RawHttp again = new RawHttp(server.port())) {
            Gate gate = new Gate();
            server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
            String body = "{\"assistant_id\": \"" + server.newAssistant() + "\", \"stream\": true}";
            String thread = server.newThread();
            String extra = header.isEmpty() ? "" : header + "\r\n";
            raw.send("POST /v1/threads/" + thread + "/runs" + query + " HTTP/1.1\r\nHost: localhost\r\n" + extra
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            String before = raw.readUntil("\"Hel\"");
            String run = server.get("/threads/" + thread + "/runs").ids().getFirst();
            try (EventReader beside = server.attach("/threads/" + thread + "/runs/" + run + "?stream=true")) {
                beside.until("thread.message.delta"); // where the first reader is; then a comment comes
                gate.open();
                beside.rest();
            }
            RawHttp.Raw answer = RawHttp.parse((before + raw.readUntil("data: [DONE]\n\n") + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer.body()).matches(EVENTS).endsWith("event: done\ndata: [DONE]\n\n");

            again.send("GET /v1/threads/" + thread + "/runs/" + run + "?stream=true&starting_after=3"
                    + query.replace('?', '&') + " HTTP/1.1\r\nHost: localhost\r\n" + extra + "\r\n");
            assertThat(again.readToEnd().body()).matches(EVENTS).startsWith("event: thread.run.step.created\n");
        }
    }

    @Test
    void withoutTheWishItHasThem() {
        try (TestServer server = TestServer.start(folder)) {
            assertThat(server.run()).anySatisfy(event -> assertThat(event.id()).isEqualTo("1"));
        }
    }
}
