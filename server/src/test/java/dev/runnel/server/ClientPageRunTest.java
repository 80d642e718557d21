package dev.runnel.server;

import dev.runnel.client.ChatConversation;
import dev.runnel.client.ChatOptions;
import dev.runnel.client.ChatStream;
import dev.runnel.client.Description;
import dev.runnel.client.FileUpload;
import dev.runnel.client.FunctionTool;
import dev.runnel.client.Position;
import dev.runnel.client.RunFailedException;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.Tools;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.ClientPageChatTest.Weather;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples of {@code docs/client.md} about runs, from their streams to reading on after a break. */
class ClientPageRunTest extends ClientPageExamples {
    @Test
    void aRunIsStreamed() {
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        String assistantId = client.assistants().create(AssistantRequest.builder("demo").build()).id();
        String threadId = client.threads().create(ThreadRequest.of(MessageRequest.user("Tell me a story."))).id();
        RunRequest request = RunRequest.builder(assistantId).build();
        try (RunStream stream = client.runs().stream(threadId, request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    System.out.print(delta.text());
                } else if (event instanceof RunEvent.StepDelta delta) {
                    System.out.println(delta.toolCalls());
                } else if (event instanceof RunEvent.RunChanged changed) {
                    System.out.println("[" + changed.run().status().wire() + "]");
                }
            }
        }
        // end
        assertThat(printed()).isEqualTo("[queued]\n[queued]\n[in_progress]\nHello[completed]\n");
    }

    @Test
    void orReadAsAWhole() {
        String assistantId = newAssistant();
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("Tell me a story.")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            RunEvent first = stream.next();
            System.out.println(first);
            System.out.println(stream.fold().run()); // the run so far
            Run run = stream.finalRun(); // reads to the end
            List<Message> messages = stream.finalMessages();
            System.out.println(run.status().wire() + ": " + messages.get(0).text());
        }
        // end
        assertThat(printed()).startsWith("ThreadCreated").endsWith("completed: Hello\n");
    }

    @Test
    void aMessageHasMoreThanText() throws IOException {
        String threadId = client.threads().create(ThreadRequest.of()).id();
        Path file = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
        // page
        FileObject picture = client.files().create(FileUpload.of(file, "vision"));
        Message message = client.messages().create(threadId, MessageRequest.user("What is this?")
                .withImageFile(picture.id()) // or withImageUrl("https://…")
                .withMetadata(Map.of("from", "mail")));
        System.out.println(message.metadata());
        // end
        assertThat(printed()).isEqualTo("{from=mail}\n");
        assertThat(message.content()).hasSize(2);
    }

    @Test
    void aRunThatFailsIsAnException() {
        RunRequest request = onNewThread(newAssistant());
        server.models().enqueue(Script.midStreamError("server_error", "out of memory", "Hel"));
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
        } catch (RunFailedException e) { // after the text that the run had written
            System.out.println("\n" + e.run().id() + ": " + e.lastError().map(LastError::message).orElse("expired"));
        }
        // end
        assertThat(printed()).matches("Hel\nrun_\\w+: .*out of memory.*\n");
    }

    // page
    record Place(@Description("as in Oslo, Norway") String city) {}
    // end

    @Test
    void theModelCallsFunctions() {
        String assistantId = newAssistant();
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}")), Script.chat("Sunny."));
        // page
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class,
                place -> "sunny in " + place.city()));
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("What is the weather in Oslo?")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request, RunOptions.DEFAULT.withTools(tools))) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
        }
        // end
        assertThat(printed()).isEqualTo("Sunny.");
        assertThat(server.models().requests().get(1).json().at("/messages").toString()).contains("sunny in Oslo");
    }

    @Test
    void orInAChatCompletion() {
        ChatRequest question = hi();
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class,
                place -> "sunny in " + place.city()));
        Script calling = Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}"));
        server.models().enqueue(calling, Script.chat("Sunny."), calling,
                Script.chat("{\"city\": \"Oslo\", \"temperature\": 20, \"unit\": \"CELSIUS\"}"));
        // page
        ChatOptions options = ChatOptions.DEFAULT.withTools(tools);
        try (ChatStream stream = client.chat().stream(question, options)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
            List<ChatMessage> conversation = stream.messages(); // everything said so far, for the next request
            System.out.println(" (" + conversation.size() + " messages)");
        }
        // end
        // page
        ChatConversation<Weather> answer = client.chat().create(question, Weather.class, options);
        System.out.println(answer.reply().city() + ", after " + answer.messages().size() + " messages");
        // end
        assertThat(printed()).isEqualTo("Sunny. (4 messages)\nOslo, after 4 messages\n");
    }

    @Test
    void aRunIsCancelledOrLeftAlone() {
        RunRequest request = onNewThread(newAssistant());
        server.models().enqueue(Script.reply("Hel").stall());
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) { // close() alone would not end the run
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta) {
                    stream.cancel(); // ends the run; its stream goes on to the last event
                    break;
                }
            }
            System.out.println(stream.finalRun().status().wire());
        }
        // end
        assertThat(printed()).isEqualTo("cancelled\n");
    }

    @Test
    void aRunIsReadOnAfterARestart() throws IOException {
        RunRequest request = onNewThread(newAssistant());
        Path file = folder.resolve("position");
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    System.out.print(delta.text());
                    Files.writeString(file, stream.position().orElseThrow().toString()); // thread_…/run_…/9
                    break;
                }
            }
        }
        // end
        gate.open();
        // page
        Position position = Position.parse(Files.readString(file));
        try (RunStream stream = client.runs().resume(position)) {
            for (String text : stream.textDeltas()) { // those after the position
                System.out.print(text);
            }
            System.out.println(" = " + stream.finalMessages().get(0).text()); // the whole
        }
        // end
        assertThat(printed()).isEqualTo("Hello = Hello\n");
        // page
        RunOptions patient = RunOptions.DEFAULT.withAutoResume(5);
        // end
        server.models().enqueue(Script.chat("Hi"));
        try (RunStream stream = client.runs().streamWithThread(request, patient)) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
    }
}
