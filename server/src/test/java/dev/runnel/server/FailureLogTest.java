package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.Script;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The line of the log about a failure, with all that it takes to find the failure again. */
@Timeout(30)
class FailureLogTest {
    private static final String CHAT = "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

    @TempDir
    Path folder;

    private TestServer server;
    private LogLines log;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        log = LogLines.of("dev.runnel.server");
    }

    @AfterEach
    void stop() {
        log.close();
        server.close();
    }

    private static String requestId(HttpHeaders headers) {
        return headers.firstValue("x-request-id").orElseThrow();
    }

    @Test
    void aFailedRunIsOneLineWithItsModelReasonAndRequest() {
        server.models().enqueue(Script.midStreamError("server_error", "burnt\nout", "Hel"));
        Answer created = server.post("/threads/" + server.newThread() + "/runs",
                "{\"assistant_id\": \"" + server.newAssistant() + "\"}");
        String run = created.ok().path("id").asText();
        try (EventReader reader = server.attach(
                "/threads/" + created.json().path("thread_id").asText() + "/runs/" + run + "?stream=true")) {
            assertThat(reader.rest()).extracting(Event::name).contains("thread.run.failed");
        }

        assertThat(log.lines()).singleElement().asString()
                .startsWith("WARNING: run " + run + " failed: server_error: ").contains("burnt out")
                .endsWith("(model m, request " + requestId(created.headers()) + ")");
    }

    @Test
    void aChatCompletionThatFailsOrBreaksOffIsOneLineWithItsModelAndRequest() {
        server.models().enqueue(Script.reply("Hel").reset());
        server.models().answer(request -> Script.error(503, "server_error", "burnt"));
        Answer broken = server.post("/chat/completions", CHAT.replace("{\"model\"", "{\"stream\": true, \"model\""));
        Answer failed = server.post("/chat/completions", CHAT);

        assertThat(broken.body()).contains("\"error\"");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(log.lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("WARNING: a chat completion failed: "));
        assertThat(log.lines().get(0)).endsWith("(model m, request " + requestId(broken.headers()) + ")");
        assertThat(log.lines().get(1)).contains("burnt")
                .endsWith("(model m, request " + requestId(failed.headers()) + ")");
    }

    /** A number that Java's numbers cannot hold is legal JSON; a huge object with names of one hash too. */
    @Test
    void whatAClientDoesWrongIsNoErrorInTheLog() {
        String thread = server.newThread();
        List<Answer> answers = List.of(
                server.post("/assistants", "{\"model\":\"m\",\"temperature\":1e99999999999}"),
                server.post("/assistants", "{\"model\":\"m\",\"metadata\":{\"a\":-1e-99999999999}}"),
                server.post("/assistants",
                        "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                                + "\"parameters\":{\"a\":1e2147483647}}}]}"),
                server.post("/chat/completions", CHAT.replace("}]}", "}],\"x\":1e99999999999}")),
                server.post("/threads/" + thread, "{"),
                server.post("/threads/" + thread, "{\"metadata\":" + members(10_001) + "}"),
                server.get("/threads/" + thread + "/messages?limit=1e99999999999"),
                server.get("/threads/%00/messages"));

        assertThat(answers).extracting(Answer::status).containsOnly(400);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.body()).doesNotContain("Exception", "\tat "));
        assertThat(log.lines()).isEmpty();
    }

    private static String members(int count) {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            object.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
        }
        return object.append('}').toString();
    }

    @Test
    void aNumberThatCannotBeHeldInAnAnswerOfTheModelServersFailsItsRunInWords() {
        for (Script script : List.of(
                Script.sse()
                        .data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}],\"created\":1e-2147483648}")
                        .close(),
                Script.json(500, "{\"error\":{\"message\":\"burnt\",\"code\":1e99999999999}}"))) {
            server.models().answer(request -> script);
            List<Event> events = server.run();
            assertThat(events).extracting(Event::name).contains("thread.run.failed");
            assertThat(EventReader.only(events, "thread.run.failed").json().at("/last_error/message").asText())
                    .doesNotContain("Sorry, something went wrong");
        }
        assertThat(log.lines()).noneSatisfy(line -> assertThat(line).startsWith("SEVERE:"));
    }
}
