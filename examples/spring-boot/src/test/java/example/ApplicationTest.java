package example;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Both controllers, in front of a Runnel server with its demo model. */
@Timeout(180)
class ApplicationTest {
    private static Process server;
    private static String baseUrl;

    @TempDir
    static Path folder;

    @BeforeAll
    static void startServer() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of("..", "..", "runnel").toAbsolutePath().normalize().toString(), "serve", "--port", "0")
                .directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_") || name.startsWith("RUNNEL_MODEL"));
        server = builder.start();
        baseUrl = address(server.inputReader());
    }

    private static String address(BufferedReader output) throws IOException {
        Pattern address = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/v1");
        StringBuilder printed = new StringBuilder();
        for (String line; (line = output.readLine()) != null;) {
            Matcher found = address.matcher(line);
            if (found.find()) {
                return found.group();
            }
            printed.append(line).append('\n');
        }
        throw new AssertionError("the server did not start:\n" + printed);
    }

    @AfterAll
    static void stopServer() throws InterruptedException {
        server.destroy();
        server.waitFor();
    }

    @ParameterizedTest
    @CsvSource({"servlet, /emitter", "servlet, /flux", "reactive, /flux"})
    void aStoryIsStreamed(String kind, String path) throws Exception {
        try (ConfigurableApplicationContext application = SpringApplication.run(Application.class, "--server.port=0",
                "--spring.main.web-application-type=" + kind, "--OPENAI_BASE_URL=" + baseUrl)) {
            String port = application.getEnvironment().getProperty("local.server.port");
            URI uri = URI.create("http://127.0.0.1:" + port + path + "?q=Tell%20me%20a%20story.");
            var answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
            List<String> texts = answer.body().lines().filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data:".length())).toList();
            assertThat(texts).hasSizeGreaterThan(20);
            assertThat(String.join("", texts).split(" ")).hasSizeGreaterThan(20);
        }
    }
}
