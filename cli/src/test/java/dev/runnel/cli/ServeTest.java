package dev.runnel.cli;

import dev.runnel.client.ApiException;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code runnel serve}: who is let in, and its limits. */
@Timeout(180)
class ServeTest {
    private static final String KEY = "sk-0123456789abcdef0123456789";
    private static final String ACMES = "sk-acme-0123456789abcdef0123";

    @TempDir
    Path folder;

    private Command serve(Map<String, String> environment, String... options) {
        String[] words = Stream.concat(Stream.of("serve", "--port", "0"), Stream.of(options)).toArray(String[]::new);
        return Command.start(folder, environment, words);
    }

    /** The greeting of the server. */
    private static String greeting(Command server) throws InterruptedException {
        return server.awaitError("Ctrl-C stops it");
    }

    private static String url(String greeting) {
        Matcher listens = Pattern.compile("listens at (http://\\S+)/v1").matcher(greeting);
        assertThat(listens.find()).as(greeting).isTrue();
        return listens.group(1);
    }

    private static RunnelClient client(String greeting, String key) {
        return RunnelClient.builder().baseUrl(url(greeting) + "/v1").apiKey(key).build();
    }

    private Command.Result ask(String url, Map<String, String> environment, String... options) {
        String[] words = Stream.concat(Stream.of("complete", "--server", url, "Hi"), Stream.of(options))
                .toArray(String[]::new);
        try (Command command = Command.start(folder, environment, words)) {
            return command.end("");
        }
    }

    @Test
    void withKeysItServesThoseWhoHaveOneAndNeverTellsThem() throws InterruptedException {
        try (Command server = serve(Map.of("RUNNEL_API_KEYS", KEY + ", acme=" + ACMES), "--host", "0.0.0.0")) {
            String greeting = greeting(server);
            String url = url(greeting);

            assertThat(greeting).contains("keys     2, of projects acme, default", "OPENAI_API_KEY=ONE_OF_THE_KEYS")
                    .doesNotContain("Careful");
            assertThat(ask(url, Map.of("RUNNEL_API_KEY", KEY)).code()).isZero();
            assertThat(ask(url, Map.of(), "--api-key", ACMES).code()).isZero();
            Command.Result refused = ask(url, Map.of());
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).startsWith("runnel: ").contains("You didn't provide an API key").hasLineCount(1);
            assertThat(ask(url, Map.of("RUNNEL_API_KEY", KEY + "0")).err()).contains("Incorrect API key provided")
                    .doesNotContain(KEY);
            assertThat(server.err()).doesNotContain("0123456789abcdef");
        }
    }

    @Test
    void keysComeFromAFileToo() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("keys.txt"), "# all\nacme=" + ACMES + "\n");
        String option = "@" + file;
        try (Command server = serve(Map.of("RUNNEL_API_KEYS", KEY), "--api-key", option);
                Command another = serve(Map.of("RUNNEL_API_KEYS", option), "--database", "sqlite:another.db")) {
            for (Command each : List.of(server, another)) {
                String greeting = greeting(each);
                assertThat(greeting).contains("keys     1, of project acme", "OPENAI_API_KEY=THE_KEY");
                assertThat(ask(url(greeting), Map.of("RUNNEL_API_KEY", ACMES)).code()).isZero();
                assertThat(ask(url(greeting), Map.of("RUNNEL_API_KEY", KEY)).code()).isEqualTo(1);
            }
        }
    }

    @Test
    void withoutKeysItListensOnLoopbackUnlessItIsMeant() throws InterruptedException {
        try (Command refused = serve(Map.of(), "--host", "0.0.0.0")) {
            Command.Result result = refused.end("");
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).startsWith("runnel: 0.0.0.0 can be reached from other machines")
                    .contains("RUNNEL_API_KEYS", "--insecure").hasLineCount(2);
            assertThat(folder.resolve("runnel.db")).doesNotExist();
        }
        try (Command open = serve(Map.of(), "--host", "0.0.0.0", "--insecure")) {
            String greeting = greeting(open);
            assertThat(greeting).contains("Careful", "OPENAI_API_KEY=any").doesNotContain("keys  ");
            assertThat(greeting).as("an address that a program can use").doesNotContain("http://0.0.0.0")
                    .containsPattern("listens at http://127.0.0.1:\\d+/v1 and at all other addresses of this machine");
            assertThat(ask(url(greeting), Map.of()).code()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sk-short | RUNNEL_API_KEYS: API key 1 has 8 characters",
        "'' | RUNNEL_API_KEYS: the list of API keys is empty",
        "sk-0123456789abcdef,sk-0123456789abcdef | RUNNEL_API_KEYS: API key 2 is the same as API key 1",
        "@nowhere.txt | RUNNEL_API_KEYS: there is no file of API keys at 'nowhere.txt'"})
    void keysThatAreNoneAreSaidAndNotShown(String keys, String message) {
        try (Command command = serve(Map.of("RUNNEL_API_KEYS", keys))) {
            Command.Result result = command.end("");
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).startsWith("runnel: " + message).hasLineCount(2).doesNotContain("sk-");
        }
        assertThat(Command.run(folder, "serve", "--port", "0", "--api-key", "sk-short").err())
                .startsWith("runnel: --api-key: API key 1 has 8").doesNotContain("sk-");
    }

    @Test
    void requestsAndRunsHaveTheLimitsThatAreSet() throws InterruptedException {
        try (Command server = serve(Map.of(), "--max-body", "2k", "--run-lifetime", "3m");
                RunnelClient client = client(greeting(server), "any")) {
            String assistant = client.assistants().create(AssistantRequest.builder("demo").build()).id();
            Run run = client.runs().createWithThread(RunRequest.builder(assistant).build());

            assertThat(run.expiresAt()).isEqualTo(run.createdAt() + 180);
            assertThatThrownBy(() -> client.assistants().create(
                    AssistantRequest.builder("demo").instructions("x".repeat(2_048)).build()))
                    .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
        }
    }

    @Test
    void aServerThatIsStoppedLetsRunsGoOnForAWhileAndHasNotFailed() throws IOException, InterruptedException {
        String run;
        String thread;
        try (Command server = serve(Map.of(), "--drain", "1s")) {
            try (RunnelClient client = client(greeting(server), "any")) {
                String assistant = client.assistants().create(AssistantRequest.builder("demo").build()).id();
                Run created = client.runs().createWithThread(RunRequest.builder(assistant).build());
                run = created.id();
                thread = created.threadId();
                Await.until("the run is executed",
                        () -> client.runs().get(created.threadId(), created.id()).status() != RunStatus.QUEUED);
            }
            server.interrupt();
            Command.Result result = server.end("");
            assertThat(result.code()).isZero();
            assertThat(result.err()).contains("Stopping: 1 run under way may go on for 1 s.");
        }
        try (Command server = serve(Map.of()); RunnelClient client = client(greeting(server), "any")) {
            assertThat(client.runs().await(thread, run).status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--max-body, 16MB", "--max-body, 0", "--max-body, 2g", "--max-body, many", "--run-lifetime, 0s",
        "--run-lifetime, 31d", "--drain, soon", "--max-runs, 0", "--max-message, 2000000000",
        "--run-lifetime, 10 minutes", "--run-lifetime, -1", "--port, 65536"})
    void whatIsNoSizeOrDurationIsSaid(String option, String value) {
        Command.Result result = Command.run(folder, "serve", option, value);

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).startsWith("runnel: " + option + ": '" + value + "' is not a ").contains("such as")
                .hasLineCount(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --tls-cert none.pem                    | belong together
            --tls-key none.pem                     | belong together
            --tls-cert none.pem --tls-key none.pem | none.pem cannot be read
            --tls-client-ca none.pem               | which needs TLS: add --tls-cert and --tls-key
            """)
    void aCertificateThatCannotBeUsedIsSaid(String options, String why) {
        Command.Result result = Command.run(folder, ("serve --port 0 " + options).split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).startsWith("runnel: ").contains(why);
    }

    @Test
    void aPromptMayBeginWithAnAt() throws IOException {
        Files.writeString(folder.resolve("notes"), "--nonsense");

        assertThat(Command.run(folder, "complete", "@notes").code()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ftp://127.0.0.1/v1       | does not begin with http
            http://my_host:8000/v1   | a host name has no '_'
            http://127.0.0.1:0/v1    | from 1 to 65535
            http://localhost:8123/v1 | this server itself
            http://[::1]:8123/v1     | this server itself
            127.0.0.1:8123/v1        | this server itself
            """)
    void aModelUrlThatCannotBeMeantIsRefusedInOneLine(String url, String why) {
        try (Command command = Command.start(folder, Map.of(), "serve", "--port", "8123", "--model-url", url)) {
            Command.Result refused = command.end("");
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err()).contains(why);
        }
    }

    /** A browser that writes the address into a file, in place of the one that the system has. */
    private Map<String, String> browser(Path bin) throws IOException {
        Files.createDirectory(bin);
        Path program = Files.writeString(bin.resolve("xdg-open"),
                "#!/bin/sh\nprintf %s \"$1\" > opened.tmp && mv opened.tmp opened\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return Map.of("PATH", bin + File.pathSeparator + System.getenv("PATH"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePageOpensInTheBrowserOrItsAddressIsSaid() throws IOException, InterruptedException {
        Path opened = folder.resolve("opened");
        try (Command server = serve(browser(folder.resolve("bin")), "--open")) {
            String greeting = greeting(server);
            Await.until("the browser is opened", () -> Files.exists(opened));
            assertThat(opened).hasContent(url(greeting) + "/");
            assertThat(greeting).contains("page     " + url(greeting) + "/");
        }
        try (Command server = serve(Map.of("PATH", folder.resolve("nothing").toString()), "--open")) {
            server.awaitError("No browser could be opened; the page is at http://127.0.0.1:");
        }
        try (Command server = serve(Map.of(), "--open", "--no-page")) {
            assertThat(server.end("").err()).startsWith("runnel: --open needs the page, and --no-page leaves it out");
        }
    }
}
