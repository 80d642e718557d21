package dev.runnel.server;

import dev.runnel.client.Description;
import dev.runnel.client.FunctionTool;
import dev.runnel.client.ResponseFailedException;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunOptions;
import dev.runnel.client.Tools;
import dev.runnel.protocol.responses.ConversationObject;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
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

/** The examples of {@code docs/client.md} about responses and conversations. */
class ClientPageResponsesTest extends ClientPageExamples {
    record Place(@Description("as in Oslo, Norway") String city) {}

    private static ResponseRequest question() {
        return ResponseRequest.builder("m", "Hi").build();
    }

    @Test
    void aResponseIsStreamed() {
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        ResponseRequest request = ResponseRequest.builder("demo", "Tell me a story.")
                .instructions("Be brief.")
                .build();
        try (ResponseStream stream = client.responses().stream(request)) {
            for (ResponseEvent event : stream) {
                if (event instanceof ResponseEvent.TextDelta delta) {
                    System.out.print(delta.delta());
                } else if (event instanceof ResponseEvent.Changed changed) {
                    System.out.println("[" + changed.response().status().wire() + "]");
                }
            }
            ResponseObject response = stream.finalResponse();
            System.out.println(response.outputText().length() + " characters");
        }
        // end
        assertThat(printed()).isEqualTo("[in_progress]\n[in_progress]\nHello[completed]\n5 characters\n");
    }

    @Test
    void theNextOneGoesOn() {
        server.models().answer(request -> Script.chat("Hello"));
        // page
        ResponseObject first = client.responses().create(ResponseRequest.builder("demo", "Tell me a story.").build());
        ResponseObject next = client.responses().create(ResponseRequest.builder("demo", "Another one.")
                .previousResponseId(first.id()) // or .conversation("conv_…")
                .build());
        System.out.println(next.outputText());
        // end
        assertThat(printed()).isEqualTo("Hello\n");
        assertThat(server.models().requests().get(1).json().path("messages").findValuesAsText("content"))
                .containsExactly("Tell me a story.", "Hello", "Another one.");
    }

    @Test
    void theModelCallsFunctions() {
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class,
                place -> "sunny in " + place.city()));
        ResponseRequest request = question();
        Script calling = Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}"));
        server.models().enqueue(calling, Script.chat("Sunny."),
                Script.chat("{\"city\": \"Oslo\", \"temperature\": 20, \"unit\": \"CELSIUS\"}"));
        // page
        try (ResponseStream stream = client.responses().stream(request, RunOptions.DEFAULT.withTools(tools))) {
            for (String text : stream.textDeltas()) { // of all rounds
                System.out.print(text);
            }
        } catch (ResponseFailedException e) { // after the text that the response had
            System.out.println("\n" + e.response().id() + ": " + e.error());
        }
        Weather weather = client.responses().create(request, Weather.class);
        // end
        assertThat(printed()).isEqualTo("Sunny.");
        assertThat(weather.city()).isEqualTo("Oslo");
    }

    @Test
    void aResponseIsReadOnAfterARestart() throws IOException {
        ResponseRequest request = question();
        Path file = folder.resolve("position");
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"), Script.reply("Hel").stall());
        // page
        try (ResponseStream stream = client.responses().stream(request)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
                Files.writeString(file, stream.responseId().orElseThrow() + " " + stream.lastSequenceNumber());
                break;
            }
        }
        // end
        gate.open();
        // page
        String[] place = Files.readString(file).split(" ", 2);
        RunOptions patient = RunOptions.DEFAULT.withAutoResume(5);
        try (ResponseStream stream = client.responses().resume(place[0], Long.parseLong(place[1]), patient)) {
            for (String text : stream.textDeltas()) { // those after the place
                System.out.print(text);
            }
            System.out.println(" = " + stream.finalResponse().outputText()); // the whole
        }
        // end
        assertThat(printed()).isEqualTo("Hello = Hello\n");
        // page
        ResponseObject begun = client.responses().background(request); // returns at once
        client.responses().cancel(begun.id());
        System.out.println(client.responses().await(begun.id()).status().wire());
        // end
        assertThat(printed()).endsWith("cancelled\n");
    }

    @Test
    void aConversationHasItems() {
        server.models().enqueue(Script.chat("Sunny."));
        // page
        ConversationObject conversation = client.conversations().create(
                Map.of("from", "mail"), List.of(InputItem.user("I am in Oslo.")));
        client.responses().create(ResponseRequest.builder("demo", "How is the weather?")
                .conversation(conversation.id()) // a thread's id will do, too
                .build());
        for (ResponseItem item : client.conversations().items(conversation.id()).oldestFirst()) {
            if (item instanceof ResponseItem.Message message) {
                System.out.println(message.role() + ": " + message.content().get(0).get("text").text());
            }
        }
        // end
        assertThat(printed()).isEqualTo("user: I am in Oslo.\nuser: How is the weather?\nassistant: Sunny.\n");
    }
}
