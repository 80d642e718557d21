package dev.runnel.server;

import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The programs that the page shows "as code", copied from it, pasted into a file and run: those that send the thread's last message again, and
 * those that look at its run. Skipped where there is no Chromium, or no npm to drive it with.
 */
@Timeout(120)
class PageCodeTest {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String ASKED = "It's a \"quoted\" $HOME\\ question, 数据?";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static Path programs;

    @BeforeAll
    static void copyThemFromThePage() {
        try (Browser browser = Browser.start()) {
            server = TestServer.start(folder);
            server.models().answer(request -> Script.chat("On the ", "page."));
            assertThat(browser.run("http://127.0.0.1:" + server.ownPort() + "/", "asCode", Map.of())).isEqualTo("ok");
        }
        server.models().answer(request -> Script.chat("Ran ", "well."));
        programs = Browser.packages().folder().resolve("code");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String output(Path in, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(in.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private static String java(String program) throws IOException, InterruptedException {
        return output(programs, Map.of(), JAVA, "-XX:TieredStopAtLevel=1", "--source", "17", "-cp",
                System.getProperty("java.class.path"), programs.resolve(program).toString());
    }

    private static void assertThatTheModelWasAsked() {
        assertThat(server.models().requests().getLast().json().path("messages").findValuesAsText("content"))
                .contains(ASKED);
    }

    @Test
    void curlAsks() throws IOException, InterruptedException {
        assertThat(output(programs, Map.of(), "bash", "ask/try.sh"))
                .contains("event: thread.run.completed", "\"value\":\"Ran \"");
        assertThatTheModelWasAsked();
        assertThat(output(programs, Map.of(), "bash", "again/try.sh")).startsWith("id: 1\n").contains("\"On the \"");
    }

    @Test
    void pythonAsks() throws IOException, InterruptedException {
        Map<String, String> packages = Map.of("PYTHONPATH",
                Sdk.PYTHON.program().installed().folder().resolve("packages").toString(), "PYTHONWARNINGS", "ignore");

        assertThat(output(programs, packages, "python3", "ask/try.py")).isEqualTo("Ran well.\n");
        assertThatTheModelWasAsked();
        assertThat(output(programs, packages, "python3", "again/try.py")).startsWith("completed\nmessage_creation");
    }

    @Test
    void nodeAsks() throws IOException, InterruptedException {
        Path there = Sdk.NODE.program().installed().folder();
        for (String name : List.of("ask", "again")) {
            Files.copy(programs.resolve(name + "/try.mjs"), there.resolve(name + ".mjs"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(output(there, Map.of(), "node", "ask.mjs")).isEqualTo("Ran well.\n");
        assertThatTheModelWasAsked();
        assertThat(output(there, Map.of(), "node", "again.mjs")).startsWith("completed\nmessage_creation");
    }

    @Test
    void javaAsks() throws IOException, InterruptedException {
        assertThat(java("ask/runnel/Try.java")).isEqualTo("Ran well.\n");
        assertThatTheModelWasAsked();
        assertThat(java("again/runnel/Try.java")).contains("thread.message.completed\n", "thread.run.completed\n");
    }

    @Test
    void javaWithTheOfficialSdkAsks() throws IOException, InterruptedException {
        assertThat(java("ask/openai/Try.java")).endsWith("Ran well.\n");
        assertThatTheModelWasAsked();
        assertThat(java("again/openai/Try.java")).contains("completed");
    }
}
