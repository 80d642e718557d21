package dev.runnel.server;

import dev.runnel.client.FunctionTool;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunOptions;
import dev.runnel.client.Tools;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The steps in Java of {@code docs/migrating.md}, each run on the data of an application with assistants. */
class MigratingPageTest extends ClientPageExamples {
    private String assistantId = "";
    private String threadId = "";

    record Place(String city) {}

    /** The objects that the old application has left: an assistant, and a thread with a question and its answer. */
    @BeforeEach
    void anOldApplicationWasHere() {
        server.models().enqueue(Script.chat("Rain."));
        assistantId = client.assistants().create(AssistantRequest.builder("m").instructions("Be brief.").build()).id();
        Run run = client.runs().createWithThread(RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("How is the weather in Oslo?"))).build());
        threadId = client.runs().await(run.threadId(), run.id()).threadId();
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(result -> result.group(1)).toList();
    }

    @Test
    void thePageShowsTheseSteps() throws IOException {
        List<String> run = new ArrayList<>();
        found("(?s)// page\n(.*?)\n *// end\n",
                Files.readString(Path.of("src/test/java/dev/runnel/server/MigratingPageTest.java")))
                .forEach(example -> run.add(example.stripIndent() + "\n"));
        assertThat(found("(?s)```java\n(.*?)```", Files.readString(Path.of("..", "docs", "migrating.md"))))
                .isEqualTo(run);
    }

    @Test
    void oldThreadsAreReadAsConversations() {
        // page
        for (ResponseItem item : client.conversations().items(threadId).oldestFirst()) {
            System.out.println(item);
        }
        // end
        assertThat(printed()).contains("How is the weather in Oslo?", "Rain.").hasLineCount(2);
    }

    @Test
    void newCodeAnswersInAnOldThread() {
        server.models().enqueue(Script.chat("Sun."));
        // page
        ResponseRequest request = ResponseRequest.ofAssistant(assistantId, "And tomorrow?")
                .conversation(threadId)
                .build();
        try (ResponseStream stream = client.responses().stream(request)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
        }
        // end
        assertThat(printed()).isEqualTo("Sun.");
        assertThat(client.messages().list(threadId).oldestFirst().stream().map(Message::text))
                .as("what the old code sees").containsExactly("How is the weather in Oslo?", "Rain.", "And tomorrow?",
                        "Sun.");
        assertThat(client.runs().list(threadId)).hasSize(2);
    }

    @Test
    void newCodeCanDoWithoutTheAssistant() {
        server.models().enqueue(Script.chat("Sun."));
        // page
        Assistant assistant = client.assistants().get(assistantId);
        ResponseRequest request = ResponseRequest.builder(assistant.model(), "And tomorrow?")
                .instructions(Objects.requireNonNullElse(assistant.instructions(), ""))
                .conversation(threadId)
                .build();
        System.out.println(client.responses().create(request).outputText());
        // end
        assertThat(printed()).isEqualTo("Sun.\n");
        assertThat(server.models().requests().get(1).json().at("/messages/0/content").asText())
                .isEqualTo("Be brief.");
    }

    @Test
    void functionsAreCalled() {
        Tools tools = Tools.of(FunctionTool.of("weather", "Tells the weather", Place.class, place -> "sun"));
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Oslo\"}")), Script.chat("Sun."));
        // page
        ResponseRequest request = ResponseRequest.builder("m", "And tomorrow?").conversation(threadId).build();
        ResponseObject response = client.responses().create(request, RunOptions.DEFAULT.withTools(tools));
        System.out.println(response.outputText());
        // end
        assertThat(printed()).isEqualTo("Sun.\n");
    }

    @Test
    void aRunOfTheOldCodeIsReadAsAResponse() {
        String runId = client.runs().list(threadId).iterator().next().id();
        // page
        try (ResponseStream stream = client.responses().resume(runId, -1)) { // the events of a run, as those of a response
            System.out.println(stream.finalResponse().outputText());
        }
        // end
        assertThat(printed()).isEqualTo("Rain.\n");
    }

    @Test
    void aChainGoesOnFromTheOldRun() {
        String runId = client.runs().list(threadId).iterator().next().id();
        server.models().enqueue(Script.chat("Sun."));
        // page
        ResponseObject next = client.responses().create(ResponseRequest.builder("m", "And tomorrow?")
                .previousResponseId(runId)
                .build());
        System.out.println(next.outputText() + " " + next.id());
        // end
        assertThat(printed()).matches("Sun\\. resp_\\w+\n");
        assertThat(server.models().requests().get(1).json().path("messages").toString()).contains("Rain.");
    }
}
