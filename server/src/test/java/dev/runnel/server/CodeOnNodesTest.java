package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.sandbox.remote.SandboxServer;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_KEY;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_URL;
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
        node.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", JsonValue.of(Map.of("code", code)).toString())),
                Script.chat("Done"));
        int asked = node.models().requests().size();
        try (EventReader reader = node.run(node.newAssistant(ASSISTANT), thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        JsonNode messages = node.models().awaitRequest(asked + 1, TestServer.PATIENCE).json().path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }

    @Test
    void withASandboxOfItsOwnANodeBeginsANewSessionAndSaysSoAndNoOldOneComesBack() throws Exception {
        TestServer one = node(options -> options.with(CODE_INTERPRETER, true));
        TestServer other = node(options -> options.with(CODE_INTERPRETER, true));
        String thread = one.newThread();

        assertThat(run(one, thread, "x = 1")).isEqualTo("The code printed nothing.\n");
        assertThat(run(other, thread, "x")).contains("NameError").contains("new Python session");
        assertThat(run(other, thread, "x = 2\nx")).isEqualTo("2\n");
        assertThat(run(one, thread, "x")).contains("NameError").contains("new Python session");
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
