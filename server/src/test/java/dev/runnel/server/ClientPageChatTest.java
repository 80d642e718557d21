package dev.runnel.server;

import dev.runnel.client.ChatStream;
import dev.runnel.client.Description;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples of {@code docs/client.md} about the client, chat completions and structured output. */
class ClientPageChatTest extends ClientPageExamples {
    @Test
    void oneClientServesAProgram() {
        // page
        RunnelClient client = RunnelClient.builder()
                .baseUrl("http://127.0.0.1:8080/v1")
                .apiKey("any") // a server without keys takes none
                .build();
        // end
        client.close();
    }

    @Test
    void aChatCompletionIsStreamed() {
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        ChatRequest question = ChatRequest.builder("demo", List.of(ChatMessage.user("Tell me a short story."))).build();
        try (ChatStream stream = client.chat().stream(question)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
            System.out.println(" (" + stream.completion().choices().get(0).finishReason() + ")");
        }
        // end
        assertThat(printed()).isEqualTo("Hello (stop)\n");
    }

    @Test
    void orWaitedForAsAWhole() {
        ChatRequest question = hi();
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        ChatCompletion completion = client.chat().create(question);
        System.out.println(completion.text());
        // end
        assertThat(printed()).isEqualTo("Hello\n");
    }

    @Test
    void orReadOnAnotherThread() throws InterruptedException {
        ChatRequest question = hi();
        server.models().enqueue(Script.reply("Hel").stall());
        // page
        CompletableFuture<ChatCompletion> future = client.chat().streamAsync(question,
                chunk -> System.out.print(chunk.text()));
        // end
        awaitPrinted("Hel");
        // page
        future.cancel(true); // closes the connection; the server stops the model
        // end
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).awaitDisconnect(TestServer.PATIENCE)).isTrue();
        assertThat(future).isCancelled();
    }

    @Test
    @SuppressWarnings("NullAway") // a publisher calls onSubscribe first
    void orPublished() {
        ChatRequest question = hi();
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        Flow.Publisher<ChatChunk> chunks = client.chat().publish(question);
        chunks.subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription granted) {
                subscription = granted;
                subscription.request(1);
            }

            @Override
            public void onNext(ChatChunk chunk) {
                System.out.print(chunk.text());
                subscription.request(1); // the client reads only what you request: the server waits
            }

            @Override
            public void onError(Throwable error) {
                error.printStackTrace();
            }

            @Override
            public void onComplete() {
                System.out.println(".");
            }
        });
        // end
        awaitPrinted("Hello.\n");
    }

    @Test
    void theModelIsShownAnImage() throws IOException {
        Path file = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
        server.models().enqueue(Script.chat("A dot."));
        // page
        ChatMessage picture = ChatMessage.user("What is this?").withImage(Files.readAllBytes(file), "image/png");
        System.out.println(client.chat().create(ChatRequest.builder("demo", List.of(picture)).build()).text());
        // end
        assertThat(printed()).isEqualTo("A dot.\n");
        assertThat(server.models().requests().get(0).json().at("/messages/0/content/1/image_url/url").asText())
                .isEqualTo("data:image/png;base64,AQID");
    }

    // page
    enum Unit {
        CELSIUS, FAHRENHEIT
    }

    record Weather(String city, @Description("as a number, without the unit") double temperature, Unit unit) {}
    // end

    @Test
    void anObjectIsAskedFor() {
        ChatRequest question = hi();
        server.models().enqueue(
                Script.chat("{\"city\": \"Oslo\", ", "\"temperature\": -3.5, \"unit\": \"CELSIUS\"}"));
        // page
        Weather weather = client.chat().create(question, Weather.class);
        System.out.println(weather.city() + ": " + weather.temperature());
        // end
        assertThat(printed()).isEqualTo("Oslo: -3.5\n");
        assertThat(weather.unit()).isEqualTo(Unit.CELSIUS);
    }
}
