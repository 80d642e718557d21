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
 * providers for compatible servers and for OpenAI's, and OpenAI's Agents SDK. Skipped where Node or the packages are not to be had.
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

    /** With its default it names items by their ids rather than sends them again. */
    @Test
    void theAiSdkStreamsResponsesCallsAToolGoesOnAndReadsAFile() {
        server.models().enqueue(
                Script.reply().think("Hm").calls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}"))
                        .end("tool_calls"),
                Script.chatWithUsage(9, 2, "It ", "rains."), Script.chat("Sure."), Script.chat("Sun."),
                Script.chat("{\"city\":", "\"Bern\"}"), Script.chat("The tides."));

        assertThat(run("ai_sdk_responses")).containsExactly(
                "call weather Bern", "result rain in Bern", "text-delta It ", "text-delta rains.", "finish stop",
                "text Sure.", "text Sun.", "object Bern", "text The tides.");
    }

    /** Agents with a hand-off and a tool, streamed: the history sent again, then a chain, then a conversation. */
    @Test
    void openAisAgentsHandOffCallToolsAndGoOnInTurns() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "transfer_to_Forecaster", "{}")), call(),
                Script.chat("It ", "rains."),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{\"city\":\"Rome\"}")), Script.chat("It shines."),
                Script.chat("Welcome."), Script.chat("Hello."), Script.chat("Again."));

        assertThat(run("agents")).containsExactly(
                "handoff_requested", "handoff_occurred", "agent Forecaster", "tool_called", "tool_output",
                "message_output_created", "text It rains. = It rains.",
                "tool_called", "tool_output", "message_output_created", "text It shines. = It shines.",
                "message_output_created", "text Welcome. = Welcome.",
                "message_output_created", "text Hello. = Hello.",
                "message_output_created", "text Again. = Again.", "items 4");
    }
}
