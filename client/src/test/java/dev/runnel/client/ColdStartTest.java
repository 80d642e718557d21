package dev.runnel.client;

import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A program's first streamed chat: making Jackson's mapper takes longer than all the rest of it. */
@Timeout(60)
class ColdStartTest {
    @Test
    void aStreamedChatNeedsNoMapper(@TempDir Path folder) throws Exception {
        Path loaded = folder.resolve("classes.txt");
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            server.enqueue(Script.chat("Hello", " there"));
            Process process = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load:file=" + loaded, "-cp", System.getProperty("java.class.path"),
                    Program.class.getName(), server.baseUri().toString()))
                    .inheritIO().start();
            try {
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(Files.readString(loaded)).contains("dev.runnel.protocol.chat.ChunkReader ")
                .doesNotContain("com.fasterxml.jackson.databind.ObjectMapper ");
    }

    /** Ends with 0 if the reply is whole. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            ChatRequest request = ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();
            try (RunnelClient client = RunnelClient.builder().baseUrl(args[0]).build();
                    ChatStream stream = client.chat().stream(request)) {
                if (!stream.finalCompletion().text().equals("Hello there")) {
                    System.exit(1);
                }
            }
        }
    }
}
