package dev.runnel.cli;

import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@code runnel chat}: from a script, and on a terminal. */
class ChatTest extends ServedTest {
    private String asked(int request) throws InterruptedException {
        return served.models.awaitRequest(request, Command.PATIENCE).json().path("messages").toString();
    }

    @Test
    void eachLineIsATurnOfOneThread() throws InterruptedException {
        served.models.enqueue(Script.chat("Hel", "lo"), Script.chat("Bye"));

        Command.Result result = served.say("Hi\n\nOne \\\ntwo", "chat", "--system", "Be kind.");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo("Hello\nBye\n");
        assertThat(result.err()).hasLineCount(2).doesNotContain("Ctrl-D");
        assertThat(asked(1)).isEqualTo("""
                [{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"},\
                {"role":"assistant","content":"Hello"},{"role":"user","content":"One \\ntwo"}]""");
        assertThat(served.assistantNames()).isEmpty();
    }

    @Test
    void withNoServerItHasOneOfItsOwnWhoseDataCanBeKept() {
        served.models.enqueue(Script.chat("Hello"), Script.chat("Hello"));
        String models = served.models.baseUri().toString();
        for (String[] more : List.of(new String[0], new String[] {"--database", "sqlite:kept.db"})) {
            try (Command command = Command.start(folder, Map.of("RUNNEL_MODEL_URL", models),
                    Stream.concat(Stream.of("chat"), Arrays.stream(more))
                            .toArray(String[]::new))) {
                assertThat(command.end("Hi\n").out()).isEqualTo("Hello\n");
            }
        }
        assertThat(folder.resolve("kept.db")).exists();
    }

    @Test
    void anOldThreadGoesOnWithAnAssistantThatIsThere() throws InterruptedException {
        String thread = served.client.threads().create(ThreadRequest.of()).id();
        served.models.enqueue(Script.chat("Hello"), Script.chat("Bye"));

        served.say("Hi\n", "chat", "--thread", thread);
        served.say("And?\n", "chat", "--thread", thread, "--assistant", served.assistant(), "--model",
                "scripted-model");

        assertThat(served.client.messages().list(thread).oldestFirst()).extracting(Message::text)
                .containsExactly("Hi", "Hello", "And?", "Bye");
        assertThat(asked(1)).contains("\"Hello\"");
        assertThat(served.assistantNames()).containsExactly("Ann");
        assertThat(served.say("Hi\n", "chat", "--thread", "thread_none").err())
                .isEqualTo("runnel: there is no thread 'thread_none' among the latest 1000\n");
    }

    @Test
    void stepsAreToldOfBesideTheReply() {
        served.models.enqueue(Script.chat("Hello"));

        Command.Result result = served.say("Hi\n", "chat", "--steps");

        assertThat(result.out()).isEqualTo("Hello\n");
        assertThat(result.err().lines().toList().subList(0, 4).toString()).matches("\\[· run_\\w+ in_progress, "
                + "· step 1 writes a message, · step 1 completed, \\d+ tokens, · run_\\w+ completed]");
    }

    @Test
    void aFunctionThatNobodyHereCanCallFreesTheThread() {
        Tool tool = new Tool.Function(new FunctionDefinition("weather", null, JsonValue.EMPTY_OBJECT, null));
        String assistant = served.client.assistants()
                .create(AssistantRequest.builder("scripted-model").tools(List.of(tool)).build()).id();
        String thread = served.client.threads().create(ThreadRequest.of()).id();
        served.models.enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Oslo\"}")));

        Command.Result result = served.say("Hi\n", "chat", "--assistant", assistant, "--thread", thread, "--steps");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("·   weather({\"city\":\"Oslo\"})\n",
                "runnel: the assistant asks for the output of weather({\"city\":\"Oslo\"})");
        assertThat(served.client.runs().list(thread)).extracting(Run::status).containsExactly(RunStatus.CANCELLED);
    }

    @Test
    void aScriptIsToldOfAReplyThatFailed() {
        served.models.enqueue(Script.error(400, "invalid_request_error", "no such thing"));

        Command.Result result = served.say("Hi\nHi again\n", "chat");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("runnel: the run failed").contains("no such thing").hasLineCount(1);
        assertThat(served.models.requests()).hasSize(1);
    }

    @Test
    void stoppingAScriptCancelsTheRun() throws IOException, InterruptedException {
        served.models.enqueue(Script.reply("Hel").stall());
        try (Command command = served.start("chat")) {
            command.type("Hi\n");
            command.readTo("Hel");
            command.interrupt();
            assertThat(command.end("").code()).isEqualTo(130);
        }
        assertThat(served.models.awaitRequest(0, Command.PATIENCE).awaitDisconnect(Command.PATIENCE))
                .isTrue();
    }

    @Test
    void onATerminalCtrlCStopsTheReplyAndCtrlDLeaves() throws IOException, InterruptedException {
        served.models.enqueue(Script.reply("Hel").stall(), Script.reply("again").fail("server_error", "Broken"),
                Script.chat("Bye"));
        Path state = folder.resolve("state");
        Command terminal = Command.onTerminal(folder, Map.of("RUNNEL_SERVER", served.url(), "XDG_STATE_HOME",
                state.toString(), "TERM", "xterm"), "chat", "--server", served.url());
        assumeTrue(terminal != null, "there is no terminal to be had");
        try (Command command = requireNonNull(terminal)) {
            command.type("It's \"quoted\" \\\r and long\r"); // ahead, before it is there
            command.readTo("Ctrl-D leaves");
            command.readTo("Hel");
            command.type("\u0003");
            command.readTo("stopped");
            RecordedRequest call = served.models.awaitRequest(0, Command.PATIENCE);
            assertThat(call.awaitDisconnect(Command.PATIENCE)).isTrue();
            assertThat(call.json().at("/messages/0/content").asText()).isEqualTo("It's \"quoted\" \n and long");

            command.readTo("> ");
            command.type("Hi\r");
            command.readTo("runnel: the run failed");
            command.readTo("> ");
            command.type("one\u001b\rtwo\r");
            command.readTo("Bye");
            command.readTo("> ");
            command.type("\u0004");
            assertThat(command.readTo("To go on: runnel chat --thread thread_")).isNotEmpty();
            command.readTo(" --server " + served.url());
            assertThat(command.end("").code()).isZero();
        }
        assertThat(asked(2)).contains("one\\ntwo");
        assertThat(Files.readString(state.resolve("runnel/chat_history"))).hasLineCount(3).contains("It's \"quoted\"");
        assertThat(served.assistantNames()).isEmpty();
    }

    @Test
    void instructionsAreShownChangedAndRemoved() throws IOException, InterruptedException {
        served.models.answer(request -> Script.chat("Hel", "lo"));
        Command terminal = Command.onTerminal(folder,
                Map.of("RUNNEL_SERVER", served.url(), "XDG_STATE_HOME", folder.toString(), "TERM", "xterm"),
                "chat", "-s", "Be kind.");
        assumeTrue(terminal != null, "there is no terminal to be had");
        try (Command command = requireNonNull(terminal)) {
            command.readTo("> ");
            command.type("/system\r");
            command.readTo("The instructions: Be kind.");
            command.type("/system Be brief.\r");
            command.readTo("The instructions: Be brief.");
            command.type("One\r");
            command.readTo("tokens");
            command.type("/system -\r");
            command.readTo("There are no instructions.");
            command.type("Two\r");
            command.readTo("tokens");
            command.type("/bye\r");
            command.readTo("To go on");
            assertThat(command.end("").code()).isZero();
        }
        assertThat(asked(0)).startsWith("[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\"");
        assertThat(asked(1)).startsWith("[{\"role\":\"user\",\"content\":\"One\"}");
    }
}
