package dev.runnel.bench.clients;

import dev.runnel.client.ChatStream;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/** This project's client. */
@NullMarked
final class RunnelStreams implements StreamingClient {
    private final RunnelClient client;

    private RunnelStreams(String baseUrl) {
        client = RunnelClient.builder().baseUrl(baseUrl).apiKey("any").build();
    }

    public static void main(String[] args) throws Exception {
        Fork.run(new RunnelStreams(args[0]), args);
    }

    @Override
    public void chat(String prompt, Consumer<String> text) {
        ChatRequest request = ChatRequest.builder("paced", List.of(ChatMessage.user(prompt))).build();
        try (ChatStream stream = client.chat().stream(request)) {
            for (ChatChunk chunk : stream) {
                text.accept(chunk.text());
            }
        }
    }

    @Override
    public void run(String prompt, Consumer<String> text) {
        RunRequest request = RunRequest.builder("asst_1").thread(ThreadRequest.of(MessageRequest.user(prompt))).build();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    text.accept(delta.text());
                }
            }
        }
    }
}
