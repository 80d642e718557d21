package dev.runnel.server;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

/** The objects of one project do not exist for the key of another. */
@Timeout(180)
class ProjectTest {
    private static final String ACME = "sk-acme-0123456789abcdef";
    private static final String ACMES_SECOND = "sk-acme-second-0123456789";
    private static final String RIVAL = "sk-rival-0123456789abcdef";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static String assistant;
    private static String deletedAssistant;
    private static String thread;
    private static String message;
    private static String run;
    private static String step;
    private static String waitingThread;
    private static String waitingRun;
    private static String rivalsAssistant;
    private static String rivalsThread;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, options -> options.with(API_KEYS,
                ApiKeys.of(List.of("acme=" + ACME, "acme=" + ACMES_SECOND, "rival=" + RIVAL))));
        server.as(ACME);
        assistant = server.newWeatherAssistant();
        deletedAssistant = server.newAssistant();
        server.send("DELETE", "/assistants/" + deletedAssistant, "").ok();
        thread = server.newThread();
        server.models().enqueue(Script.chat("Hello"));
        run = runOn(thread);
        message = server.get("/threads/" + thread + "/messages").ids().getFirst();
        step = server.get("/threads/" + thread + "/runs/" + run + "/steps").ids().getFirst();
        waitingThread = server.newThread();
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        waitingRun = runOn(waitingThread);
        server.as(RIVAL);
        rivalsAssistant = server.newAssistant();
        rivalsThread = server.newThread();
    }

    private static String runOn(String threadId) {
        try (EventReader reader = server.run(assistant, threadId)) {
            String path = TestServer.runPath(reader.rest());
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String filled(String text) {
        return text.replace("$DELETED", deletedAssistant).replace("$RIVALS_ASSISTANT", rivalsAssistant)
                .replace("$RIVALS_THREAD", rivalsThread).replace("$WAITING_THREAD", waitingThread)
                .replace("$WAITING_RUN", waitingRun).replace("$ASSISTANT", assistant).replace("$THREAD", thread)
                .replace("$MESSAGE", message).replace("$RUN", run).replace("$STEP", step).replace('\'', '"');
    }

    /** Every route that names an object, and every body and query that does. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "GET    | /assistants/$ASSISTANT | ",
        "POST   | /assistants/$ASSISTANT | {'name': 'x'}",
        "DELETE | /assistants/$ASSISTANT | ",
        "GET    | /assistants?after=$ASSISTANT | ",
        "GET    | /assistants?before=$ASSISTANT | ",
        "GET    | /assistants?after=$DELETED | ",
        "GET    | /threads/$THREAD | ",
        "POST   | /threads/$THREAD | {'metadata': {'a': 'b'}}",
        "DELETE | /threads/$THREAD | ",
        "DELETE | /threads/$WAITING_THREAD | ",
        "GET    | /threads?after=$THREAD | ",
        "GET    | /threads?before=$THREAD | ",
        "GET    | /threads/$THREAD/messages | ",
        "POST   | /threads/$THREAD/messages | {'role': 'user', 'content': 'x'}",
        "GET    | /threads/$THREAD/messages/$MESSAGE | ",
        "POST   | /threads/$THREAD/messages/$MESSAGE | {'metadata': {'a': 'b'}}",
        "POST   | /threads/$THREAD/messages/$MESSAGE | {}",
        "DELETE | /threads/$THREAD/messages/$MESSAGE | ",
        "GET    | /threads/$RIVALS_THREAD/messages/$MESSAGE | ",
        "POST   | /threads/$RIVALS_THREAD/messages/$MESSAGE | {'metadata': {'a': 'b'}}",
        "DELETE | /threads/$RIVALS_THREAD/messages/$MESSAGE | ",
        "GET    | /threads/$RIVALS_THREAD/messages?after=$MESSAGE | ",
        "GET    | /threads/$THREAD/runs | ",
        "POST   | /threads/$THREAD/runs | {'assistant_id': '$RIVALS_ASSISTANT'}",
        "POST   | /threads/$THREAD/runs | {'assistant_id': '$RIVALS_ASSISTANT', 'stream': true}",
        "POST   | /threads/$RIVALS_THREAD/runs | {'assistant_id': '$ASSISTANT'}",
        "POST   | /threads/runs | {'assistant_id': '$ASSISTANT'}",
        "POST   | /threads/runs | {'assistant_id': '$ASSISTANT', 'stream': true}",
        "GET    | /threads/$THREAD/runs/$RUN | ",
        "GET    | /threads/$THREAD/runs/$RUN?stream=true | ",
        "GET    | /threads/$THREAD/runs/$RUN?stream=true&starting_after=1 | ",
        "GET    | /threads/$RIVALS_THREAD/runs/$RUN | ",
        "GET    | /threads/$RIVALS_THREAD/runs/$RUN?stream=true | ",
        "GET    | /threads/$RIVALS_THREAD/runs?after=$RUN | ",
        "POST   | /threads/$THREAD/runs/$RUN | {'metadata': {'a': 'b'}}",
        "POST   | /threads/$WAITING_THREAD/runs/$WAITING_RUN | {'metadata': {'a': 'b'}}",
        "POST   | /threads/$RIVALS_THREAD/runs/$WAITING_RUN | {'metadata': {'a': 'b'}}",
        "POST   | /threads/$THREAD/runs/$RUN | {}",
        "POST   | /threads/$WAITING_THREAD/runs/$WAITING_RUN/cancel | ",
        "POST   | /threads/$RIVALS_THREAD/runs/$WAITING_RUN/cancel | ",
        "POST   | /threads/$WAITING_THREAD/runs/$WAITING_RUN/submit_tool_outputs"
                + " | {'tool_outputs': [{'tool_call_id': 'call_1', 'output': 'x'}]}",
        "POST   | /threads/$RIVALS_THREAD/runs/$WAITING_RUN/submit_tool_outputs"
                + " | {'tool_outputs': [{'tool_call_id': 'call_1', 'output': 'x'}], 'stream': true}",
        "GET    | /threads/$THREAD/runs/$RUN/steps | ",
        "GET    | /threads/$RIVALS_THREAD/runs/$RUN/steps | ",
        "GET    | /threads/$THREAD/runs/$RUN/steps/$STEP | ",
        "GET    | /threads/$RIVALS_THREAD/runs/$RUN/steps/$STEP | "})
    void anothersObjectIsNotFoundAndNotTouched(String method, String path, String body) {
        String before = whatAcmeHas();
        Answer answer = server.as(RIVAL).send(method, filled(path), body == null ? "" : filled(body));

        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
        assertThat(answer.error().path("message").asText()).startsWith("No ").contains(" found with id '");
        assertThat(whatAcmeHas()).isEqualTo(before);
        assertThat(server.as(RIVAL).get("/threads").ids()).containsExactly(rivalsThread);
        assertThat(server.get("/threads/" + rivalsThread + "/runs").ids()).isEmpty();
    }

    @Test
    void anothersFileIsNotFoundNeitherByItselfNorInAMessage() {
        String file = server.as(ACME).upload(Multipart.file("a.png", "x")).id();
        String other = server.upload(Multipart.file("b.png", "x")).id();
        server.send("DELETE", "/files/" + other, "").ok();
        String image = "{\"role\": \"user\", \"content\": [{\"type\": \"image_file\", \"image_file\": {\"file_id\": \""
                + file + "\"}}]}";
        String attachment = "{\"role\": \"user\", \"content\": \"x\", \"attachments\": [{\"file_id\": \"" + file
                + "\"}]}";
        server.as(RIVAL);

        assertThat(server.get("/files").ids()).isEmpty();
        assertThat(List.of(
                server.get("/files/" + file),
                server.get("/files/" + file + "/content"),
                server.get("/files?after=" + file),
                server.get("/files?after=" + other),
                server.send("DELETE", "/files/" + file, ""),
                server.post("/threads", "{\"messages\": [" + image + "]}"),
                server.post("/threads/" + rivalsThread + "/messages", image),
                server.post("/threads/" + rivalsThread + "/messages", attachment)))
                .extracting(Answer::status).containsOnly(404);
        assertThat(server.as(ACME).get("/files").ids()).containsExactly(file);
    }

    private static String whatAcmeHas() {
        server.as(ACME);
        StringBuilder all = new StringBuilder();
        for (String path : List.of("/assistants", "/threads", "/threads/$THREAD/messages", "/threads/$THREAD/runs",
                "/threads/$THREAD/runs/$RUN/steps", "/threads/$WAITING_THREAD/messages",
                "/threads/$WAITING_THREAD/runs")) {
            all.append(server.get(filled(path)).ok());
        }
        return all.toString();
    }

    @Test
    void listsAreTheProjectsOwn() {
        assertThat(server.as(ACME).get("/assistants").ids()).containsExactly(assistant);
        assertThat(server.get("/threads").ids()).containsExactly(waitingThread, thread);
        assertThat(server.as(RIVAL).get("/assistants").ids()).containsExactly(rivalsAssistant);
        assertThat(server.get("/threads").ids()).containsExactly(rivalsThread);
        assertThat(server.get("/threads/" + rivalsThread + "/messages?run_id=" + run).ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/assistants/$ASSISTANT", "/threads/$THREAD/messages/$MESSAGE", "/threads/$THREAD/runs/$RUN/steps/$STEP"})
    void keysOfOneProjectShareWhatItHas(String path) {
        assertThat(server.as(ACMES_SECOND).get(filled(path)).ok()).isEqualTo(server.as(ACME).get(filled(path)).ok());
    }

    @Test
    void anotherKeyOfTheProjectReadsARunsStream() {
        try (EventReader reader = server.as(ACMES_SECOND).attach(filled("/threads/$THREAD/runs/$RUN?stream=true"))) {
            assertThat(reader.rest()).last().matches(event -> event.name().equals("done"));
        }
    }

    @Test
    void whatWasMadeWithoutKeysIsTheDefaultProjects(@TempDir Path other) {
        String made;
        try (TestServer keyless = TestServer.start(other)) {
            made = keyless.newThread();
        }
        try (TestServer keyed = TestServer.start(
                other, options -> options.with(API_KEYS, ApiKeys.of(List.of(ACMES_SECOND, "acme=" + ACME))))) {
            assertThat(keyed.as(ACMES_SECOND).get("/threads/" + made).status()).isEqualTo(200);
            assertThat(keyed.as(ACME).get("/threads/" + made).status()).isEqualTo(404);
        }
    }
}
