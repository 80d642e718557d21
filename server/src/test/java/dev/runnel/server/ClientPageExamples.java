package dev.runnel.server;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server and a client for the examples of {@code docs/client.md}. A test that extends this class runs some of them. The lines between
 * {@code // page} and {@code // end} are on the page and are Java 17: {@link ClientPageTest} compares them, word for word and in order.
 */
@Timeout(180)
abstract class ClientPageExamples {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream standardOut = System.out;

    @TempDir
    Path folder;

    TestServer server;
    RunnelClient client;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        client = RunnelClient.builder().baseUrl(server.baseUrl()).build();
        System.setOut(new PrintStream(printed, true, UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(standardOut);
        client.close();
        server.close();
    }

    String printed() {
        return printed.toString(UTF_8);
    }

    void awaitPrinted(String text) {
        long patience = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (!printed().equals(text) && System.nanoTime() < patience) {
            Thread.onSpinWait(); // another thread prints
        }
        assertThat(printed()).isEqualTo(text);
    }

    String newAssistant() {
        return client.assistants().create(AssistantRequest.builder("m").build()).id();
    }

    static RunRequest onNewThread(String assistantId) {
        return RunRequest.builder(assistantId).thread(ThreadRequest.of(MessageRequest.user("Hi"))).build();
    }

    static ChatRequest hi() {
        return ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();
    }
}
