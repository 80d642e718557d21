package dev.runnel.server;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Programs that use clients of the protocol which others wrote: LangChain's chat model and its assistant runnable, the AI SDK with its
 * provider for compatible servers. Skipped where Node or the packages are not to be had.
 */
@Timeout(180)
class OtherClientsTest {
    private static final PackagedProgram PACKAGED = new PackagedProgram(
            "node/clients", "package-lock.json", "node clients.mjs");

    private static final AtomicReference<@Nullable SdkProgram> PROGRAM = new AtomicReference<>();

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @AfterAll
    static void end() {
        SdkProgram running = PROGRAM.get();
        if (running != null) {
            running.close();
        }
    }

    private List<String> run(String scenario) {
        SdkProgram running = PROGRAM.get();
        if (running == null || !running.isAlive()) {
            running = new SdkProgram(PACKAGED);
            PROGRAM.set(running);
        }
        return running.run(server, scenario);
    }

    private static Script call() {
        return Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}"));
    }

    @Test
    void langChainStreamsAChatAndCallsATool() {
        server.models().enqueue(Script.chat("Hel", "lo"), call(), Script.chat("It ", "rains."));

        assertThat(run("langchain_chat")).containsExactly("text Hello", "call weather Bern", "text It rains.");
    }

    @Test
    void langChainsAssistantRunnableRunsAndCallsATool() {
        server.models().enqueue(call(), Script.chat("It ", "rains."));

        assertThat(run("langchain_assistant")).containsExactly("call weather Bern", "text It rains.", "deleted true");
    }

    @Test
    void theAiSdkStreamsAChatAndCallsATool() {
        server.models().enqueue(Script.chatWithUsage(9, 2, "Hel", "lo"), call(), Script.chat("It ", "rains."));

        assertThat(run("ai_sdk")).containsExactly("text Hello 11", "call weather Bern", "text It rains.");
    }
}
