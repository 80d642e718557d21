package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.sandbox.remote.SandboxServer;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_KEY;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_URL;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

/** The code interpreter on nodes that share one PostgreSQL. */
@Timeout(180)
class CodeOnNodesTest extends SharedDatabase {
    private static final String ASSISTANT = "{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}]}";

    @BeforeEach
    void assume() {
        SandboxHere.assume();
    }

    /** Runs code on a node. Returns what the model is told. */
    private static String run(TestServer node, String thread, String code) throws InterruptedException {
        node.models().enqueue(call(code), Script.chat("Done"));
        try (EventReader reader = node.run(node.newAssistant(ASSISTANT), thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        return toldTheModel(node);
    }

    /** What the model of a node was told last. */
    private static String toldTheModel(TestServer node) {
        JsonNode messages = node.models().requests().getLast().json().path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }

    private TestServer coding() {
        return node(CodeOnNodesTest::code);
    }

    /** Runs stay with their node for as long as a test takes, however slow the machine is. */
    private static ServerOptions code(ServerOptions options) {
        return options.with(CODE_INTERPRETER, true)
                .with(DATABASE, options.get(DATABASE).replace("lease=2", "lease=60"));
    }

    @Test
    void aSessionIsUsedFromEachNodeThoughOneAloneHasIt() throws Exception {
        TestServer one = coding();
        TestServer other = coding();
        String thread = one.newThread();
        run(one, thread, "x = 1\nopen('a.txt', 'w').write('tides')\nimport socket\nhost = socket.gethostname()");

        assertThat(run(other, thread, "x, open('a.txt').read(), socket.gethostname() == host"))
                .isEqualTo("(1, 'tides', True)\n");
        assertThat(run(other, thread, "x = 2")).isEqualTo("The code printed nothing.\n");
        assertThat(run(one, thread, "x")).isEqualTo("2\n");
        assertThat(run(coding(), thread, "x + 1\n1 / 0")).contains("ZeroDivisionError").doesNotContain("new Python");
        assertThat(handedCalls()).isZero();
    }

    /** All that the run shows is as if it had been executed where the session is. */
    @Test
    void filesGoToTheSessionAndComeBackFromIt() throws Exception {
        TestServer one = coding();
        TestServer other = coding();
        String thread = one.newThread();
        run(one, thread, "kept = 'b'");
        String file = other.upload(Multipart.file("in.txt", "a")).id();
        other.post("/threads/" + thread + "/messages", "{\"role\":\"user\",\"content\":\"Read\",\"attachments\":[{"
                + "\"file_id\":\"" + file + "\",\"tools\":[{\"type\":\"code_interpreter\"}]}]}").ok();
        String code = """
                n = open('a.png', 'wb').write(bytes([137]) + b'PNG' + bytes([13, 10, 26, 10]))
                n = open('out.txt', 'w').write(open('in.txt').read() + kept)
                print('written')
                """;
        other.models().enqueue(call(code), Script.chat("See [it](sandbox:/mnt/data/out.txt)."));

        List<Event> events;
        try (EventReader reader = other.run(other.newAssistant(ASSISTANT), thread)) {
            events = reader.rest();
        }

        JsonNode outputs = events.stream().filter(event -> event.name().equals("thread.run.step.completed")).findFirst()
                .orElseThrow().json().at("/step_details/tool_calls/0/code_interpreter/outputs");
        assertThat(outputs.at("/0/logs").asText()).isEqualTo("written\n");
        JsonNode content = events.stream().filter(event -> event.name().equals("thread.message.completed")).findFirst()
                .orElseThrow().json().path("content");
        assertThat(content.at("/0/image_file/file_id")).isEqualTo(outputs.at("/1/image/file_id"));
        String made = content.at("/1/text/annotations/0/file_path/file_id").asText();
        assertThat(new String(one.download("/files/" + made + "/content").body(), StandardCharsets.UTF_8))
                .isEqualTo("ab");
    }

    @Test
    void aSessionWhoseNodeIsStoppedIsGoneWhichTheModelIsTold() throws Exception {
        TestServer one = coding();
        TestServer other = coding();
        String thread = one.newThread();
        run(one, thread, "x = 1");
        one.close();

        assertThat(run(other, thread, "x")).contains("NameError").contains("new Python session");
        assertThat(run(other, thread, "x = 2\nx")).isEqualTo("2\n");
        assertThat(run(coding(), thread, "x")).isEqualTo("2\n");
    }

    @Test
    void aCallWhoseNodeDiesGoesOnInANewSession() throws Exception {
        TestServer one = nodeThatDies(CodeOnNodesTest::code);
        TestServer other = coding();
        String thread = one.newThread();
        run(one, thread, "x = 1");
        String code = "import time\nif 'x' in globals():\n    time.sleep(50)\nprint('here')";
        other.models().enqueue(call(code), Script.chat("Done"));
        try (EventReader reader = other.run(other.newAssistant(ASSISTANT), thread)) {
            Await.until("the other node has the call", () -> handedCalls() == 1);
            one.kill();
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        assertThat(toldTheModel(other)).startsWith("here\n").contains("new Python session");
        assertThat(handedCalls()).isZero();
    }

    @Test
    void aCallEndsWithTheNodeThatAsksForIt() throws Exception {
        TestServer one = coding();
        TestServer other = nodeThatDies(CodeOnNodesTest::code);
        String thread = one.newThread();
        String host = host(one, thread);
        other.models().enqueue(call("import time\ntime.sleep(50)"));
        try (EventReader _ = other.run(other.newAssistant(ASSISTANT), thread)) {
            Await.until("the other node has the call", () -> handedCalls() == 1);
            other.kill();
        }
        Await.until("the session has ended", () -> SandboxHere.processes(host) == 0);
        Await.until("nothing of the call is left", () -> handedCalls() == 0);
    }

    @Test
    void aCancelledRunEndsItsCodeOnTheOtherNode() throws Exception {
        TestServer one = coding();
        TestServer other = coding();
        String thread = one.newThread();
        String host = host(one, thread);
        other.models().enqueue(call("import time\ntime.sleep(50)"));
        try (EventReader reader = other.run(other.newAssistant(ASSISTANT), thread)) {
            List<Event> begun = reader.until("thread.run.in_progress");
            Await.until("the other node has the call", () -> handedCalls() == 1);
            assertThat(SandboxHere.processes(host)).isNotZero();
            one.post(TestServer.runPath(begun) + "/cancel", "").ok();
            assertThat(names(reader.rest())).endsWith("thread.run.cancelled", "done");
        }
        Await.until("the session has ended", () -> SandboxHere.processes(host) == 0);
        assertThat(run(other, thread, "1 + 1")).contains("new Python session");
    }

    @Test
    void aSessionEndsWhenAnotherNodeDeletesItsThread() throws Exception {
        TestServer one = coding();
        TestServer other = coding();
        String thread = one.newThread();
        String host = host(one, thread);
        assertThat(SandboxHere.processes(host)).isNotZero();

        other.send("DELETE", "/threads/" + thread, "").ok();

        Await.until("the session has ended", () -> SandboxHere.processes(host) == 0);
        Await.until("nothing of the request is left", () -> handedCalls() == 0);
    }

    @Test
    void nodesFindCallsWithoutNotices() throws Exception {
        TestServer one = node(CodeOnNodesTest::codeWithoutNotices);
        TestServer other = node(CodeOnNodesTest::codeWithoutNotices);
        String thread = one.newThread();
        run(one, thread, "x = 1");
        assertThat(run(other, thread, "x")).isEqualTo("1\n");
    }

    private static ServerOptions codeWithoutNotices(ServerOptions options) {
        ServerOptions code = code(options);
        return code.with(DATABASE, code.get(DATABASE) + "&notify=false");
    }

    /** Has a node begin a session for a thread. Returns the sandbox's name, which its processes have among their arguments. */
    private static String host(TestServer node, String thread) throws InterruptedException {
        return run(node, thread, "import socket\nsocket.gethostname()").strip().replace("'", "");
    }

    private static Script call(String code) {
        return Script.toolCalls(ToolCall.of("call_1", "python", JsonValue.of(Map.of("code", code)).toString()));
    }

    /** How many calls one node waits for and another one carries out. */
    private int handedCalls() {
        return PostgresServer.column(folder, "SELECT id FROM handed_calls").size();
    }

    @Test
    void withOneSandboxServerASessionStaysWhenTheNodeChangesAndEndsWithItsThread() throws Exception {
        try (SandboxServer sandbox = SandboxProcess.here()) {
            TestServer one = nodeOf(sandbox);
            TestServer other = nodeOf(sandbox);
            String thread = one.newThread();

            run(one, thread, "x = 1\nopen('a.txt', 'w').close()");
            assertThat(run(other, thread, "x, open('a.txt').read()")).isEqualTo("(1, '')\n");
            assertThat(run(one, thread, "x + 1")).isEqualTo("2\n");
            assertThat(sandbox.sessions()).isEqualTo(1);
            other.send("DELETE", "/threads/" + thread, "").ok();
            Await.until("the session has ended", () -> sandbox.sessions() == 0);
        }
    }

    private TestServer nodeOf(SandboxServer sandbox) {
        return node(options -> options.with(CODE_INTERPRETER_URL, SandboxProcess.url(sandbox.port()))
                .with(CODE_INTERPRETER_KEY, SandboxProcess.KEY));
    }
}
