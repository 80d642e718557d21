package dev.runnel.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.conversations.Conversation;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Responses and conversations through the official Java SDK, with its own validation of every answer. */
@Timeout(180)
class OfficialSdkResponsesTest {
    @TempDir
    Path folder;

    private TestServer server;
    private OpenAIClient openai;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        openai = OpenAIOkHttpClient.builder().baseUrl(server.baseUrl()).apiKey("any").responseValidation(true).build();
    }

    @AfterEach
    void stop() {
        openai.close();
        server.close();
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .map(part -> part.text())
                .collect(Collectors.joining());
    }

    @Test
    void responsesAreCreatedStreamedAndRetrieved() {
        server.models().answer(request -> Script.reasoning(List.of("Hm"), "Hel", "lo"));
        ResponseCreateParams params = ResponseCreateParams.builder().model("gpt-4o").input("Hi").build();

        Response whole = openai.responses().create(params);
        assertThat(text(whole)).isEqualTo("Hello");
        assertThat(text(openai.responses().retrieve(whole.id()))).isEqualTo("Hello");
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = openai.responses().createStreaming(params)) {
            String streamed = stream.stream().peek(accumulator::accumulate)
                    .flatMap(event -> event.outputTextDelta().stream())
                    .map(delta -> delta.delta())
                    .collect(Collectors.joining());
            assertThat(streamed).isEqualTo("Hello");
        }
        assertThat(text(accumulator.response())).isEqualTo("Hello");
        openai.responses().delete(whole.id());
    }

    @Test
    void functionsGoRoundInAConversation() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Rome\"}")), Script.chat("Sunny."));
        Conversation conversation = openai.conversations().create();
        Response called = openai.responses().create(ResponseCreateParams.builder()
                .model("gpt-4o").input("Weather?").conversation(conversation.id()).build());
        String callId = called.output().stream().flatMap((ResponseOutputItem item) -> item.functionCall().stream())
                .findFirst().orElseThrow().callId();
        assertThat(callId).isEqualTo("call_1");
        Response answered = openai.responses().create(ResponseCreateParams.builder()
                .model("gpt-4o").conversation(conversation.id())
                .inputOfResponse(List.of(ResponseInputItem.ofFunctionCallOutput(
                        ResponseInputItem.FunctionCallOutput.builder().callId(callId).output("sun").build())))
                .build());
        assertThat(text(answered)).isEqualTo("Sunny.");
        assertThat(openai.conversations().items().list(conversation.id()).items()).hasSize(4);
        assertThat(openai.conversations().retrieve(conversation.id()).id()).isEqualTo(conversation.id());
        openai.conversations().delete(conversation.id());
    }

    @Test
    void aResponseInTheBackgroundIsCancelled() {
        server.models().enqueue(Script.reply("a").stall());
        Response begun = openai.responses().create(
                ResponseCreateParams.builder().model("gpt-4o").input("Hi").background(true).build());
        assertThat(openai.responses().cancel(begun.id()).status()).contains(ResponseStatus.CANCELLED);
        assertThat(openai.responses().inputItems().list(begun.id()).items()).hasSize(1);
    }
}
