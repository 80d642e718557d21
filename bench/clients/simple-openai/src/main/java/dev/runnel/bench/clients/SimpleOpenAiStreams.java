package dev.runnel.bench.clients;

import io.github.sashirestela.openai.SimpleOpenAI;
import io.github.sashirestela.openai.domain.assistant.ThreadCreateAndRunRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageDelta;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageRequest;
import io.github.sashirestela.openai.domain.assistant.ThreadMessageRole;
import io.github.sashirestela.openai.domain.assistant.ThreadRequest;
import io.github.sashirestela.openai.domain.assistant.events.EventName;
import io.github.sashirestela.openai.domain.chat.ChatMessage.UserMessage;
import io.github.sashirestela.openai.domain.chat.ChatRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/** The community's client. */
@NullMarked
final class SimpleOpenAiStreams implements StreamingClient {
    private final SimpleOpenAI client;

    /** Its paths bring the /v1 themselves. */
    private SimpleOpenAiStreams(String baseUrl) {
        client = SimpleOpenAI.builder().baseUrl(baseUrl.replaceAll("/v1$", "")).apiKey("any").build();
    }

    public static void main(String[] args) throws Exception {
        Fork.run(new SimpleOpenAiStreams(args[0]), args);
    }

    @Override
    public void chat(String prompt, Consumer<String> text) {
        ChatRequest request = ChatRequest.builder().model("paced").message(UserMessage.of(prompt)).build();
        client.chatCompletions().createStream(request).join()
                .filter(chunk -> !chunk.getChoices().isEmpty())
                .map(chunk -> chunk.firstContent())
                .filter(content -> content != null)
                .forEach(text);
    }

    @Override
    public void run(String prompt, Consumer<String> text) {
        ThreadCreateAndRunRequest request = ThreadCreateAndRunRequest.builder().assistantId("asst_1")
                .thread(ThreadRequest.builder()
                        .message(ThreadMessageRequest.builder().role(ThreadMessageRole.USER).content(prompt).build())
                        .build())
                .build();
        client.threadRuns().createThreadAndRunStream(request).join()
                .filter(event -> event.getName().equals(EventName.THREAD_MESSAGE_DELTA))
                .map(event -> ((ThreadMessageDelta) event.getData()).getDelta().getContent().get(0))
                .map(part -> ((io.github.sashirestela.openai.common.content.ContentPart.ContentPartTextAnnotation) part)
                        .getText().getValue())
                .forEach(text);
    }
}
