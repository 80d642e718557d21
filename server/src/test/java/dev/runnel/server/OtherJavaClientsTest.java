package dev.runnel.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import io.github.sashirestela.cleverclient.Event;
import io.github.sashirestela.openai.SimpleOpenAI;
import io.github.sashirestela.openai.common.content.ContentPart.ContentPartTextAnnotation;
import io.github.sashirestela.openai.common.function.FunctionDef;
import io.github.sashirestela.openai.common.function.FunctionExecutor;
import io.github.sashirestela.openai.common.function.Functional;
import io.github.sashirestela.openai.domain.assistant.AssistantRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageDelta;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageRole;
import io.github.sashirestela.openai.domain.assistant.ThreadRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadRun;
import io.github.sashirestela.openai.domain.assistant.ThreadRunRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadRunSubmitOutputRequest;
import io.github.sashirestela.openai.domain.assistant.events.EventName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Programs that use Java clients of the protocol which others wrote: LangChain4j's streaming model, and simple-openai. */
@Timeout(180)
class OtherJavaClientsTest {
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

    private static Script call() {
        return Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}"));
    }

    /** Collects the text; the response comes when all has arrived. */
    private static final class Answer implements StreamingChatResponseHandler {
        final StringBuilder text = new StringBuilder();
        final CompletableFuture<ChatResponse> end = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String piece) {
            text.append(piece);
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }
    }

    @Test
    void langChain4jStreamsAChatAndCallsATool() {
        server.models().enqueue(Script.chatWithUsage(9, 2, "Hel", "lo"), call(), Script.chat("It ", "rains."));
        OpenAiStreamingChatModel model = OpenAiStreamingChatModel.builder()
                .baseUrl(server.baseUrl()).apiKey("any").modelName("gpt-4o").build();
        Answer hello = new Answer();
        model.chat("Hi", hello);

        assertThat(hello.end.join().tokenUsage().totalTokenCount()).isEqualTo(11);
        assertThat(hello.text).hasToString("Hello");

        UserMessage question = UserMessage.from("What is the weather in Bern?");
        ToolSpecification weather = ToolSpecification.builder().name("weather").description("The weather in a city")
                .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build())
                .build();
        Answer asks = new Answer();
        model.chat(ChatRequest.builder().messages(question).toolSpecifications(weather).build(), asks);
        AiMessage calls = asks.end.join().aiMessage();
        ToolExecutionRequest request = calls.toolExecutionRequests().get(0);

        assertThat(request.name()).isEqualTo("weather");
        assertThat(request.arguments()).isEqualTo("{\"city\":\"Bern\"}");

        Answer tells = new Answer();
        model.chat(ChatRequest.builder()
                .messages(question, calls, ToolExecutionResultMessage.from(request, "rain"))
                .toolSpecifications(weather)
                .build(), tells);
        assertThat(tells.end.join().aiMessage().text()).isEqualTo("It rains.");
    }

    /** The function that simple-openai calls when the model asks for it. */
    public static final class Weather implements Functional {
        /** The city. */
        @JsonProperty(required = true)
        public String city = "";

        @Override
        public Object execute() {
            return "rain in " + city;
        }
    }

    private static String text(List<Event> events) {
        return events.stream()
                .filter(event -> event.getName().equals(EventName.THREAD_MESSAGE_DELTA))
                .flatMap(event -> ((ThreadMessageDelta) event.getData()).getDelta().getContent().stream())
                .map(part -> ((ContentPartTextAnnotation) part).getText().getValue())
                .collect(Collectors.joining());
    }

    @Test
    void simpleOpenAiRunsAnAssistantThatCallsATool() throws InterruptedException {
        server.models().enqueue(call(), Script.chat("It ", "rains."));
        // Its paths bring the /v1 themselves.
        SimpleOpenAI client = SimpleOpenAI.builder()
                .baseUrl("http://127.0.0.1:" + server.port()).apiKey("any").build();
        FunctionExecutor functions = new FunctionExecutor(List.of(FunctionDef.builder()
                .name("weather").description("The weather in a city").functionalClass(Weather.class).strict(false)
                .build()));
        String assistant = client.assistants().create(AssistantRequest.builder()
                .model("gpt-4o").name("Teller").tools(functions.getToolFunctions()).build()).join().getId();
        String thread = client.threads().create(ThreadRequest.builder().build()).join().getId();
        client.threadMessages().create(thread, ThreadMessageRequest.builder()
                .role(ThreadMessageRole.USER).content("What is the weather in Bern?").build()).join();
        List<Event> asks = client.threadRuns().createStream(
                thread, ThreadRunRequest.builder().assistantId(assistant).build()).join().toList();
        ThreadRun waiting = asks.stream()
                .filter(event -> event.getName().equals(EventName.THREAD_RUN_REQUIRES_ACTION))
                .map(event -> (ThreadRun) event.getData())
                .findFirst().orElseThrow();
        List<ThreadRunSubmitOutputRequest.ToolOutput> outputs = functions.executeAll(
                waiting.getRequiredAction().getSubmitToolOutputs().getToolCalls(),
                (id, result) -> ThreadRunSubmitOutputRequest.ToolOutput.builder().toolCallId(id).output(result)
                        .build());
        List<Event> tells = client.threadRuns().submitToolOutputStream(
                thread, waiting.getId(), ThreadRunSubmitOutputRequest.builder().toolOutputs(outputs).build())
                .join().toList();

        assertThat(text(tells)).isEqualTo("It rains.");
        assertThat(tells).anyMatch(event -> event.getName().equals(EventName.THREAD_RUN_COMPLETED));
        assertThat(server.models().awaitRequest(1, TestServer.PATIENCE).json().path("messages").toString())
                .contains("rain in Bern");
        assertThat(client.threadMessages().getList(thread).join().getData()).hasSize(2);
        assertThat(client.assistants().delete(assistant).join().getDeleted()).isTrue();
    }
}
