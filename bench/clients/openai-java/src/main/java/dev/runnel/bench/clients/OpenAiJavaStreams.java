package dev.runnel.bench.clients;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.beta.assistants.AssistantStreamEvent;
import com.openai.models.beta.threads.ThreadCreateAndRunParams;
import com.openai.models.beta.threads.messages.TextDelta;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/** OpenAI's own client. */
@NullMarked
final class OpenAiJavaStreams implements StreamingClient {
    private final OpenAIClient client;

    private OpenAiJavaStreams(String baseUrl) {
        client = OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey("any").build();
    }

    public static void main(String[] args) throws Exception {
        Fork.run(new OpenAiJavaStreams(args[0]), args);
    }

    @Override
    public void chat(String prompt, Consumer<String> text) {
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder().model("paced").addUserMessage(prompt)
                .build();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat().completions().createStreaming(request)) {
            stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .forEach(text);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // as all of its Assistants API
    public void run(String prompt, Consumer<String> text) {
        ThreadCreateAndRunParams request = ThreadCreateAndRunParams.builder().assistantId("asst_1")
                .thread(ThreadCreateAndRunParams.Thread.builder()
                        .addMessage(ThreadCreateAndRunParams.Thread.Message.builder()
                                .role(ThreadCreateAndRunParams.Thread.Message.Role.USER).content(prompt).build())
                        .build())
                .build();
        try (StreamResponse<AssistantStreamEvent> stream = client.beta().threads().createAndRunStreaming(request)) {
            stream.stream().flatMap(event -> event.threadMessageDelta().stream())
                    .flatMap(event -> event.data().delta().content().stream().flatMap(parts -> parts.stream()))
                    .flatMap(part -> part.text().flatMap(block -> block.text()).flatMap(TextDelta::value).stream())
                    .forEach(text);
        }
    }
}
