package dev.runnel.bench.clients;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/** LangChain4j's model of OpenAI's. */
@NullMarked
final class LangChain4jStreams implements StreamingClient {
    private final OpenAiStreamingChatModel model;

    private LangChain4jStreams(String baseUrl) {
        model = OpenAiStreamingChatModel.builder().baseUrl(baseUrl).apiKey("any").modelName("paced").build();
    }

    public static void main(String[] args) throws Exception {
        Fork.run(new LangChain4jStreams(args[0]), args);
    }

    @Override
    public void chat(String prompt, Consumer<String> text) {
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        model.chat(prompt, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                text.accept(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        end.join();
    }
}
