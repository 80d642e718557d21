package dev.runnel.client;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A program that is a module of its own uses the client: what it needs is exported, and open to Jackson. */
@Timeout(180)
class NamedModuleTest {
    private static final String MODULE = """
            module app {
                requires dev.runnel.client;
            }
            """;

    private static final String PROGRAM = """
            package app;

            import dev.runnel.client.ChatStream;
            import dev.runnel.client.RunnelClient;
            import dev.runnel.protocol.JsonValue;
            import dev.runnel.protocol.RunEvent;
            import dev.runnel.protocol.RunEvents;
            import dev.runnel.protocol.chat.ChatMessage;
            import dev.runnel.protocol.chat.ChatRequest;
            import java.util.List;
            import java.util.Map;

            public class Main {
                public static void main(String[] args) {
                    ChatRequest request = ChatRequest.builder("m", List.of(ChatMessage.user("Hi")))
                            .responseFormat(JsonValue.of(Map.of("type", "text"))).build();
                    try (RunnelClient client = RunnelClient.builder().baseUrl(args[0]).build();
                            ChatStream stream = client.chat().stream(request)) {
                        stream.forEach(chunk -> System.out.print(chunk.text()));
                    }
                    String run = "{'id':'run_1','status':'queued','tools':[{'type':'code_interpreter'},{'type':'new'}]}";
                    RunEvent event = RunEvents.decode("thread.run.queued", run.replace('\\'', '"').getBytes());
                    System.out.print(" " + ((RunEvent.RunChanged) event).run().tools());
                    System.out.print(" " + new String(RunEvents.encode(event)).contains("\\"temperature\\":1.0"));
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void aProgramThatIsAModuleStreamsAChatAndReadsEvents() throws Exception {
        Files.writeString(folder.resolve("module-info.java"), MODULE);
        Files.writeString(folder.resolve("Main.java"), PROGRAM);
        String libraries = System.getProperty("jdk.module.path", System.getProperty("java.class.path"));
        assertThat(ran("javac", "--release", "17", "-d", "out", "-p", libraries, "module-info.java", "Main.java"))
                .isEmpty();
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            server.enqueue(Script.chat("Hel", "lo"));
            assertThat(ran("java", "-p", libraries + System.getProperty("path.separator") + "out", "-m", "app/app.Main",
                    server.baseUri().toString()))
                    .isEqualTo("Hello [CodeInterpreter[], Unknown[json={\"type\":\"new\"}]] true");
            assertThat(server.requests().get(0).json().at("/response_format/type").asText()).isEqualTo("text");
        }
    }

    /** The output of a tool of the JDK, which must not fail. */
    private String ran(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
