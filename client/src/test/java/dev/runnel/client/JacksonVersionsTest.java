package dev.runnel.client;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import dev.runnel.testkit.ToolCall;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.RunScripts.hello;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A program that brings an older Jackson, as an older Spring Boot pins it. */
@Timeout(60)
class JacksonVersionsTest {
    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theOldestThatIsPromisedWillDo() throws Exception {
        server.enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city_name\":\"Oslo\"}")),
                Script.chat("{\"sky_color\":", "\"blue\",\"degrees\":20.50}"),
                Script.json(200,
                        "{\"id\":\"asst_1\",\"model\":\"m\",\"created_at\":7,\"tools\":[{\"type\":\"new\"}]}"),
                hello());
        server.answerOthers(get -> Script.json(200,
                "{\"data\":[{\"id\":\"thread_1\",\"created_at\":7}],\"last_id\":\"thread_1\",\"has_more\":false}"));
        assertThat(printed("jackson-oldest")).isEqualTo("""
                jackson 2.15.0
                asked for Oslo
                Answer[skyColor=blue, degrees=20.50]
                asst_1 [Unknown[json={"type":"new"}]]
                Hello completed
                thread_1
                """);
        assertThat(server.requests().get(1).json().at("/messages/2/content").asText())
                .isEqualTo("{\"sky_color\":\"blue\",\"degrees\":20.50}");
    }

    @Test
    void anOlderOneIsRefusedInWords() throws Exception {
        assertThat(printed("jackson-too-old")).contains(
                "Runnel needs Jackson 2.15 or newer; jackson-core 2.14.3 is on the class path");
    }

    /** The output of {@link JacksonProgram} with the Jackson in a folder below {@code target}. */
    private String printed(String folder) throws IOException, InterruptedException {
        String others = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.matches(".*\\bjackson-(core|annotations|databind)-[^/\\\\]*"))
                .collect(Collectors.joining(File.pathSeparator));
        String jackson;
        try (Stream<Path> jars = Files.list(Path.of("target", folder))) {
            jackson = jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
        Process process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                jackson + File.pathSeparator + others, JacksonProgram.class.getName(), server.baseUri().toString()))
                .redirectErrorStream(true).start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
