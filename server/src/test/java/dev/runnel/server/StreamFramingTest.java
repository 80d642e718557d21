package dev.runnel.server;

import dev.runnel.server.RawHttp.Raw;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.HEARTBEAT;
import static org.assertj.core.api.Assertions.assertThat;

/** The bytes of a stream, as they stand on the socket. */
@Timeout(180)
class StreamFramingTest {
    @TempDir
    Path folder;

    private static String runBody(TestServer server) {
        return "{\"assistant_id\": \"" + server.newAssistant() + "\", \"stream\": true}";
    }

    @Test
    void everyEventOfARunIsThreeLinesAndABlankOneAndTheLastHasNoId() throws IOException {
        try (TestServer server = TestServer.start(folder); RawHttp raw = new RawHttp(server.port())) {
            raw.post("/threads/" + server.newThread() + "/runs", runBody(server));
            Raw answer = raw.readToEnd();

            assertThat(answer.body()).doesNotContain("\r").endsWith("\n\nevent: done\ndata: [DONE]\n\n");
            String[] blocks = answer.body().split("\n\n");
            for (int i = 0; i < blocks.length - 1; i++) {
                assertThat(blocks[i]).matches("id: " + (i + 1) + "\nevent: thread\\.[a-z_.]+\ndata: \\{.*}");
            }
            assertThat(blocks).hasSize(13);
        }
    }

    @Test
    void aStreamsHeadersKeepProxiesFromBufferingAndTheConnectionServesOn() throws IOException {
        try (TestServer server = TestServer.start(folder); RawHttp raw = new RawHttp(server.port())) {
            raw.post("/threads/" + server.newThread() + "/runs", runBody(server));
            Raw answer = raw.readToEnd();

            assertThat(answer.statusLine()).startsWith("HTTP/1.1 200");
            assertThat(answer.headers())
                    .containsEntry("content-type", "text/event-stream; charset=utf-8")
                    .containsEntry("cache-control", "no-cache, no-transform")
                    .containsEntry("x-accel-buffering", "no")
                    .containsEntry("transfer-encoding", "chunked")
                    .containsKey("x-request-id")
                    .doesNotContainKey("connection");
            for (int i = 0; i < 3; i++) {
                raw.post("/threads/" + server.newThread() + "/runs", runBody(server));
                assertThat(raw.readToEnd().body()).endsWith("\n\nevent: done\ndata: [DONE]\n\n");
            }
        }
    }

    @Test
    void aChatCompletionsStreamIsDataLinesOnly() throws IOException {
        try (TestServer server = TestServer.start(folder); RawHttp raw = new RawHttp(server.port())) {
            server.models().enqueue(Script.chat("Hel", "lö"));
            raw.post("/chat/completions",
                    "{\"model\": \"m\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
            Raw answer = raw.readToEnd();

            assertThat(answer.body()).matches("(data: \\{[^\n]*}\n\n)+data: \\[DONE]\n\n").contains("lö");
            assertThat(answer.headers())
                    .containsEntry("content-type", "text/event-stream; charset=utf-8")
                    .containsEntry("cache-control", "no-cache, no-transform")
                    .containsEntry("x-accel-buffering", "no")
                    .doesNotContainKey("connection");
            server.models().enqueue(Script.chat("again"));
            raw.post("/chat/completions",
                    "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");
            assertThat(raw.answer().ok().at("/choices/0/message/content").asText()).isEqualTo("again");
        }
    }

    @Test
    void silenceIsFilledWithACommentLineThatNoBlankLineFollows() throws IOException {
        try (TestServer server = TestServer.start(
                folder, options -> options.with(HEARTBEAT, Duration.ofMillis(50)));
                RawHttp raw = new RawHttp(server.port())) {
            Gate gate = new Gate();
            server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
            raw.post("/threads/" + server.newThread() + "/runs", runBody(server));
            String before = raw.readUntil(": ping\n") + raw.readUntil(": ping\n");
            gate.open();
            String body = RawHttp.parse((before + raw.readUntil("data: [DONE]\n\n") + "\r\n0\r\n\r\n").getBytes(
                    java.nio.charset.StandardCharsets.ISO_8859_1)).body();

            assertThat(body).contains(": ping\n").doesNotContain(": ping\n\n");
            assertThat(body.replace(": ping\n", "").split("\n\n")).hasSize(13).allSatisfy(block -> assertThat(block)
                    .startsWith(block.contains("[DONE]") ? "event: done" : "id: "));
        }
    }

    @Test
    void anEventIsSentAsSoonAsTheModelHasSaidIt() throws IOException {
        try (TestServer server = TestServer.start(folder); RawHttp raw = new RawHttp(server.port())) {
            List<Gate> gates = new ArrayList<>();
            Script script = Script.reply();
            for (String piece : List.of("one", "two", "three")) {
                Gate gate = new Gate();
                gates.add(gate);
                script = script.text(piece).gate(gate);
            }
            server.models().enqueue(script.end("stop"));
            raw.post("/threads/" + server.newThread() + "/runs", runBody(server));
            raw.readUntil("\"value\":\"one\"");
            gates.get(0).open();
            raw.readUntil("\"value\":\"two\"");
            gates.get(1).open();
            raw.readUntil("\"value\":\"three\"");
            gates.get(2).open();
            raw.readUntil("[DONE]");
        }
    }
}
