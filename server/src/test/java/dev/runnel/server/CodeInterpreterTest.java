package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static org.assertj.core.api.Assertions.assertThat;

/** The code interpreter: code of the model is run in a sandbox, and what it prints and makes is shown. */
@Timeout(120)
class CodeInterpreterTest {
    private static final String ASSISTANT = "{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}]}";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestServer server;

    @BeforeEach
    void start() {
        SandboxHere.assume();
        server = TestServer.start(folder, this::withCode);
    }

    /** Options by which the server runs code. */
    ServerOptions withCode(ServerOptions options) {
        return options.with(CODE_INTERPRETER, true);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static ToolCall code(String id, String code) {
        String arguments = JsonValue.of(Map.of("code", code)).toString();
        int half = arguments.length() / 2;
        return ToolCall.of(id, "python", arguments.substring(0, half), arguments.substring(half));
    }

    private List<Event> run(String thread) {
        try (EventReader reader = server.run(server.newAssistant(ASSISTANT), thread)) {
            return reader.rest();
        }
    }

    private JsonNode asked(int index) throws InterruptedException {
        return server.models().awaitRequest(index, TestServer.PATIENCE).json();
    }

    private String toldTheModel(int request) throws InterruptedException {
        JsonNode messages = asked(request).path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }

    private static List<JsonNode> deltas(List<Event> events) {
        return events.stream().filter(event -> event.name().equals("thread.run.step.delta"))
                .map(event -> event.json().at("/delta/step_details/tool_calls/0")).toList();
    }

    /** The sequence of the hosted service. */
    @Test
    void codeIsShownAsItIsWrittenAndRunAndItsOutputGoesToTheModel() throws Exception {
        server.models().enqueue(
                Script.toolCalls(code("call_1", "x = 6 * 7\nprint('it is', x)")).usage(20, 5),
                Script.chat("It is ", "42."));

        List<Event> events = run(server.newThread());

        assertThat(names(events)).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress",
                "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta",
                "thread.run.step.completed",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.delta",
                "thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done");
        List<JsonNode> deltas = deltas(events);
        assertThat(deltas.getFirst().toString()).isEqualTo("{\"index\":0,\"id\":\"call_1\","
                + "\"type\":\"code_interpreter\",\"code_interpreter\":{\"input\":\"\",\"outputs\":[]}}");
        assertThat(deltas.get(1).at("/code_interpreter/input").asText()
                + deltas.get(2).at("/code_interpreter/input").asText()).isEqualTo("x = 6 * 7\nprint('it is', x)");
        assertThat(deltas.get(3).toString()).isEqualTo("{\"index\":0,\"type\":\"code_interpreter\","
                + "\"code_interpreter\":{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"it is 42\\n\"}]}}");
        JsonNode step = events.get(9).json();
        assertThat(step.at("/step_details/tool_calls/0").toString()).isEqualTo("{\"id\":\"call_1\","
                + "\"type\":\"code_interpreter\",\"code_interpreter\":{\"input\":\"x = 6 * 7\\nprint('it is', x)\","
                + "\"outputs\":[{\"type\":\"logs\",\"logs\":\"it is 42\\n\"}]}}");
        assertThat(server.get(TestServer.runPath(events) + "/steps/" + step.path("id").asText()).ok()).isEqualTo(step);
        assertThat(toldTheModel(1)).isEqualTo("it is 42\n");
    }

    @Test
    void aThreadsStateStaysForItsNextRunAndNoOtherThreadSeesIt() throws Exception {
        String thread = server.newThread();
        server.models().enqueue(
                Script.toolCalls(code("call_1", "secret = 17")), Script.chat("Noted"),
                Script.toolCalls(code("call_2", "secret + 1")), Script.chat("18"),
                Script.toolCalls(code("call_3", "secret")), Script.chat("No"));

        run(thread);
        run(thread);
        run(server.newThread());

        assertThat(toldTheModel(3)).isEqualTo("18\n");
        assertThat(toldTheModel(5)).contains("NameError: name 'secret' is not defined");
    }

    @Test
    void anImageIsAPartOfTheMessageAndALinkToAFileHasAnAnnotation() throws Exception {
        server.models().enqueue(
                Script.toolCalls(code("call_1", """
                        open('a.png', 'wb').write(bytes([137]) + b'PNG' + bytes([13, 10, 26, 10]))
                        n = open('Übung 1.csv', 'w').write('a,b')
                        """)),
                Script.chat("😀 Here: [csv](sand", "box:/mnt/data/Übung 1.csv). Sand", "box."));

        List<Event> events = run(server.newThread());

        assertThat(events.stream().filter(event -> event.name().equals("thread.message.delta"))
                .map(event -> event.json().at("/delta/content/0"))
                .map(part -> part.path("index").asInt() + " " + part.at("/text/value").asText() + " "
                        + part.at("/text/annotations").size()))
                .containsExactly("0  0", "1 😀 Here: [csv]( 0", "1 sandbox:/mnt/data/Übung 1.csv 1", "1 ). Sand 0",
                        "1 box. 0");
        JsonNode message = only(events, "thread.message.completed").json();
        assertThat(message.at("/content/0/type").asText()).isEqualTo("image_file");
        String image = message.at("/content/0/image_file/file_id").asText();
        JsonNode text = message.at("/content/1/text");
        String link = "sandbox:/mnt/data/Übung 1.csv";
        assertThat(text.path("value").asText()).isEqualTo("😀 Here: [csv](" + link + "). Sandbox.");
        assertThat(text.path("annotations")).singleElement().satisfies(annotation -> {
            assertThat(annotation.path("type").asText()).isEqualTo("file_path");
            assertThat(annotation.path("text").asText()).isEqualTo(link);
            assertThat(annotation.path("start_index").asInt()).isEqualTo(14);
            assertThat(annotation.path("end_index").asInt()).isEqualTo(14 + link.length());
        });
        String csv = text.at("/annotations/0/file_path/file_id").asText();
        JsonNode file = server.get("/files/" + csv).ok();
        assertThat(file.path("purpose").asText()).isEqualTo("assistants_output");
        assertThat(file.path("filename").asText()).isEqualTo("Übung 1.csv");
        assertThat(new String(server.download("/files/" + csv + "/content").body(), StandardCharsets.UTF_8))
                .isEqualTo("a,b");
        JsonNode step = events.stream().filter(event -> event.name().equals("thread.run.step.completed"))
                .findFirst().orElseThrow().json();
        assertThat(step.at("/step_details/tool_calls/0/code_interpreter/outputs").toString()).contains(
                "{\"type\":\"image\",\"image\":{\"file_id\":\"" + image + "\"}}");
        JsonNode stored = server.get("/threads/" + message.path("thread_id").asText() + "/messages/"
                + message.path("id").asText()).ok();
        assertThat(stored.path("content")).isEqualTo(message.path("content"));
    }

    @Test
    void filesOfAssistantThreadAndAttachmentAreInTheFolder() throws Exception {
        String ofAssistant = server.upload(Multipart.file("a.txt", "of the assistant")).id();
        String ofThread = server.upload(Multipart.file("b.txt", "of the thread")).id();
        String attached = server.upload(Multipart.file("c.txt", "attached")).id();
        String assistant = server.newAssistant("{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}],"
                + "\"tool_resources\":{\"code_interpreter\":{\"file_ids\":[\"" + ofAssistant + "\"]}}}");
        String thread = server.post("/threads", "{\"tool_resources\":{\"code_interpreter\":{\"file_ids\":[\"" + ofThread
                + "\"]}},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"attachments\":[{\"file_id\":\""
                + attached
                + "\",\"tools\":[{\"type\":\"code_interpreter\"}]}]}]}").id();
        assertThat(server.get("/threads/" + thread).ok().at("/tool_resources/code_interpreter/file_ids").toString())
                .isEqualTo("[\"" + ofThread + "\",\"" + attached + "\"]");
        server.models().enqueue(
                Script.toolCalls(code("call_1", "import os\n[(n, open(n).read()) for n in sorted(os.listdir())]")),
                Script.chat("Read"));

        try (EventReader reader = server.run(assistant, thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }

        assertThat(toldTheModel(1)).isEqualTo(
                "[('a.txt', 'of the assistant'), ('b.txt', 'of the thread'), ('c.txt', 'attached')]\n");
    }

    @Test
    void aChosenToolIsTheFunctionThatTheModelMustCallFirst() throws Exception {
        server.models().enqueue(Script.toolCalls(code("call_1", "1 + 1")), Script.chat("2"));

        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", "{\"assistant_id\":\""
                + server.newAssistant(ASSISTANT)
                + "\",\"tool_choice\":{\"type\":\"code_interpreter\"},\"stream\":true}")) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }

        assertThat(asked(0).at("/tool_choice/function/name").asText()).isEqualTo("python");
        assertThat(asked(1).has("tool_choice")).isFalse();
    }

    @Test
    void aSessionThatWasLostIsToldToTheModelAndTheRunGoesOn() throws Exception {
        server.models().enqueue(
                Script.toolCalls(code("call_1", "x = 1\nimport os\nos._exit(1)")),
                Script.toolCalls(code("call_2", "x")), Script.chat("Gone"));

        List<Event> events = run(server.newThread());

        assertThat(names(events)).endsWith("thread.run.completed", "done");
        assertThat(toldTheModel(1)).contains("Its process ended")
                .contains("variables and files of earlier calls are gone");
        assertThat(toldTheModel(2)).contains("NameError").contains("new Python session");
    }

    @Test
    void filesThatAreNotThereAndTooManyAreRefused() {
        String resources = "\"tool_resources\":{\"code_interpreter\":{\"file_ids\":[%s]}}";
        assertThat(server.post("/threads", "{" + resources.formatted("\"file-none\"") + "}").status()).isEqualTo(404);
        assertThat(server.post("/threads", "{" + resources.formatted("\"f\",".repeat(20) + "\"f\"") + "}").status())
                .isEqualTo(400);
        String file = server.upload(Multipart.file("a.txt", "a")).id();
        String thread = server.post("/threads", "{" + resources.formatted("\"" + file + "\"") + "}").id();
        for (int i = 0; i < 20; i++) {
            String more = server.upload(Multipart.file("b.txt", "b")).id();
            int status = server.post("/threads/" + thread + "/messages",
                    "{\"role\":\"user\",\"content\":\"Hi\",\"attachments\":[{\"file_id\":\"" + more
                            + "\",\"tools\":[{\"type\":\"code_interpreter\"}]}]}")
                    .status();
            assertThat(status).isEqualTo(i < 19 ? 200 : 400);
        }
        assertThat(server.get("/threads/" + thread).ok().at("/tool_resources/code_interpreter/file_ids")).hasSize(20);
        assertThat(server.get("/threads/" + thread + "/messages?limit=100").ok().path("data")).hasSize(19);
    }

    @Test
    void aDeletedThreadTakesItsSessionWithItAtOnce() throws Exception {
        String thread = server.newThread();
        String other = server.newThread();
        server.models().enqueue(
                Script.toolCalls(code("call_1", "import socket\nsocket.gethostname()")), Script.chat("Done"),
                Script.toolCalls(code("call_2", "import socket\nsocket.gethostname()")), Script.chat("Done"));
        run(thread);
        run(other);
        String host = hostname(toldTheModel(1));
        String othersHost = hostname(toldTheModel(3));
        assertThat(SandboxHere.processes(host)).isNotZero();

        server.send("DELETE", "/threads/" + thread, "").ok();

        long deleted = System.nanoTime();
        Await.until("the session's processes have ended", () -> SandboxHere.processes(host) == 0);
        assertThat((System.nanoTime() - deleted) / 1_000_000).isLessThan(1_000);
        assertThat(SandboxHere.processes(othersHost)).isNotZero();
    }

    /** The sandbox's name for its machine, which is among the arguments of the process that holds the sandbox. */
    private static String hostname(String told) {
        return told.strip().replace("'", "");
    }

    @Test
    void aCancelledRunEndsItsCodeAtOnceAndTheNextOneHasANewSession() throws Exception {
        String thread = server.newThread();
        server.models().enqueue(Script.toolCalls(code("call_1", "import time\nx = 1\ntime.sleep(50)")));
        try (EventReader reader = server.run(server.newAssistant(ASSISTANT), thread)) {
            List<Event> begun = reader.until(event -> event.json().toString().contains("sleep(50)"));
            long asked = System.nanoTime();
            server.post(TestServer.runPath(begun) + "/cancel", "").ok();
            assertThat(names(reader.rest())).containsExactly(
                    "thread.run.cancelling", "thread.run.step.cancelled", "thread.run.cancelled", "done");
            assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(5_000);
        }
        server.models().enqueue(Script.toolCalls(code("call_2", "x")), Script.chat("Gone"));

        run(thread);

        assertThat(toldTheModel(2)).contains("NameError").contains("new Python session");
    }
}
