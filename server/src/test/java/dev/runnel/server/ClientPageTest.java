package dev.runnel.server;

import dev.runnel.client.ApiException;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ChatConversation;
import dev.runnel.client.ChatOptions;
import dev.runnel.client.ChatStream;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.Description;
import dev.runnel.client.FileUpload;
import dev.runnel.client.FunctionTool;
import dev.runnel.client.Position;
import dev.runnel.client.RunFailedException;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.Tools;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/client.md}, run. What stands between {@code // page} and {@code // end} is on the page, word for word
 * and in this order, and is Java 17.
 */
@Timeout(180)
class ClientPageTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/runnel/server/ClientPageTest.java");
    private static final Path PAGE = Path.of("..", "docs", "client.md");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream standardOut = System.out;

    @TempDir
    Path folder;

    private TestServer server;
    private RunnelClient client;

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

    private String printed() {
        return printed.toString(UTF_8);
    }

    private void awaitPrinted(String text) {
        long patience = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (!printed().equals(text) && System.nanoTime() < patience) {
            Thread.onSpinWait(); // another thread prints
        }
        assertThat(printed()).isEqualTo(text);
    }

    private String newAssistant() {
        return client.assistants().create(AssistantRequest.builder("m").build()).id();
    }

    private static RunRequest onNewThread(String assistantId) {
        return RunRequest.builder(assistantId).thread(ThreadRequest.of(MessageRequest.user("Hi"))).build();
    }

    private static ChatRequest hi() {
        return ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();
    }

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

    @Test
    void aRunIsStreamed() {
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        String assistantId = client.assistants().create(AssistantRequest.builder("demo").build()).id();
        String threadId = client.threads().create(ThreadRequest.of(MessageRequest.user("Tell me a story."))).id();
        RunRequest request = RunRequest.builder(assistantId).build();
        try (RunStream stream = client.runs().stream(threadId, request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    System.out.print(delta.text());
                } else if (event instanceof RunEvent.StepDelta delta) {
                    System.out.println(delta.toolCalls());
                } else if (event instanceof RunEvent.RunChanged changed) {
                    System.out.println("[" + changed.run().status().wire() + "]");
                }
            }
        }
        // end
        assertThat(printed()).isEqualTo("[queued]\n[queued]\n[in_progress]\nHello[completed]\n");
    }

    @Test
    void orReadAsAWhole() {
        String assistantId = newAssistant();
        server.models().enqueue(Script.chat("Hel", "lo"));
        // page
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("Tell me a story.")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            RunEvent first = stream.next();
            System.out.println(first);
            System.out.println(stream.fold().run()); // the run so far
            Run run = stream.finalRun(); // reads to the end
            List<Message> messages = stream.finalMessages();
            System.out.println(run.status().wire() + ": " + messages.get(0).text());
        }
        // end
        assertThat(printed()).startsWith("ThreadCreated").endsWith("completed: Hello\n");
    }

    @Test
    void aMessageHasMoreThanText() throws IOException {
        String threadId = client.threads().create(ThreadRequest.of()).id();
        Path file = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
        // page
        FileObject picture = client.files().create(FileUpload.of(file, "vision"));
        Message message = client.messages().create(threadId, MessageRequest.user("What is this?")
                .withImageFile(picture.id()) // or withImageUrl("https://…")
                .withMetadata(Map.of("from", "mail")));
        System.out.println(message.metadata());
        // end
        assertThat(printed()).isEqualTo("{from=mail}\n");
        assertThat(message.content()).hasSize(2);
    }

    @Test
    void aRunThatFailsIsAnException() {
        RunRequest request = onNewThread(newAssistant());
        server.models().enqueue(Script.midStreamError("server_error", "out of memory", "Hel"));
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
        } catch (RunFailedException e) { // after the text that the run had written
            System.out.println("\n" + e.run().id() + ": " + e.lastError().map(LastError::message).orElse("expired"));
        }
        // end
        assertThat(printed()).matches("Hel\nrun_\\w+: .*out of memory.*\n");
    }

    // page
    record Place(@Description("as in Oslo, Norway") String city) {}
    // end

    @Test
    void theModelCallsFunctions() {
        String assistantId = newAssistant();
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}")), Script.chat("Sunny."));
        // page
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class,
                place -> "sunny in " + place.city()));
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("What is the weather in Oslo?")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request, RunOptions.DEFAULT.withTools(tools))) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
        }
        // end
        assertThat(printed()).isEqualTo("Sunny.");
        assertThat(server.models().requests().get(1).json().at("/messages").toString()).contains("sunny in Oslo");
    }

    @Test
    void orInAChatCompletion() {
        ChatRequest question = hi();
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class,
                place -> "sunny in " + place.city()));
        Script calling = Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}"));
        server.models().enqueue(calling, Script.chat("Sunny."), calling,
                Script.chat("{\"city\": \"Oslo\", \"temperature\": 20, \"unit\": \"CELSIUS\"}"));
        // page
        ChatOptions options = ChatOptions.DEFAULT.withTools(tools);
        try (ChatStream stream = client.chat().stream(question, options)) {
            for (String text : stream.textDeltas()) {
                System.out.print(text);
            }
            List<ChatMessage> conversation = stream.messages(); // everything said so far, for the next request
            System.out.println(" (" + conversation.size() + " messages)");
        }
        // end
        // page
        ChatConversation<Weather> answer = client.chat().create(question, Weather.class, options);
        System.out.println(answer.reply().city() + ", after " + answer.messages().size() + " messages");
        // end
        assertThat(printed()).isEqualTo("Sunny. (4 messages)\nOslo, after 4 messages\n");
    }

    @Test
    void aRunIsCancelledOrLeftAlone() {
        RunRequest request = onNewThread(newAssistant());
        server.models().enqueue(Script.reply("Hel").stall());
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) { // close() alone would not end the run
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta) {
                    stream.cancel(); // ends the run; its stream goes on to the last event
                    break;
                }
            }
            System.out.println(stream.finalRun().status().wire());
        }
        // end
        assertThat(printed()).isEqualTo("cancelled\n");
    }

    @Test
    void aRunIsReadOnAfterARestart() throws IOException {
        RunRequest request = onNewThread(newAssistant());
        Path file = folder.resolve("position");
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        // page
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    System.out.print(delta.text());
                    Files.writeString(file, stream.position().orElseThrow().toString()); // thread_…/run_…/9
                    break;
                }
            }
        }
        // end
        gate.open();
        // page
        Position position = Position.parse(Files.readString(file));
        try (RunStream stream = client.runs().resume(position)) {
            for (String text : stream.textDeltas()) { // those after the position
                System.out.print(text);
            }
            System.out.println(" = " + stream.finalMessages().get(0).text()); // the whole
        }
        // end
        assertThat(printed()).isEqualTo("Hello = Hello\n");
        // page
        RunOptions patient = RunOptions.DEFAULT.withAutoResume(5);
        // end
        server.models().enqueue(Script.chat("Hi"));
        try (RunStream stream = client.runs().streamWithThread(request, patient)) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @Test
    void listsAreFetchedWhileTheyAreRead() {
        String threadId = client.threads().create(
                ThreadRequest.of(MessageRequest.user("one"), MessageRequest.user("two"))).id();
        // page
        for (Message message : client.messages().list(threadId).oldestFirst().pagesOf(100)) {
            System.out.println(message.role().wire() + ": " + message.text());
        }
        List<Run> latest = client.runs().list(threadId).stream().limit(10).toList();
        // end
        assertThat(printed()).isEqualTo("user: one\nuser: two\n");
        assertThat(latest).isEmpty();
    }

    @Test
    void filesAreSentAndRead() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.txt"), "Hello");
        // page
        FileObject file = client.files().create(FileUpload.of(notes, "assistants"));
        try (InputStream content = client.files().content(file.id())) {
            System.out.println(new String(content.readAllBytes(), UTF_8));
        }
        client.files().delete(file.id());
        // end
        assertThat(printed()).isEqualTo("Hello\n");
        assertThat(client.files().list()).isEmpty();
    }

    @Test
    void theNetworkIsConfigured() throws IOException, GeneralSecurityException {
        Path authority = Files.writeString(folder.resolve("authority.pem"), anAuthority());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        char[] password = {};
        keys.load(null, password);
        // page
        RunnelClient inside = RunnelClient.builder()
                .baseUrl("https://models.example/v1")
                .proxy(ProxySettings.fromEnvironment()) // or ProxySettings.of("http://proxy.example:3128")
                .tls(TlsSettings.trusting(authority).withClientCertificate(keys, password))
                .header("X-Team", "search")
                .build();
        // end
        inside.close();
        assertThat(authority).isNotEmptyFile();
    }

    /** A certificate that Java trusts. */
    private static String anAuthority() throws GeneralSecurityException {
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init((KeyStore) null);
        X509TrustManager manager = (X509TrustManager) trusted.getTrustManagers()[0];
        byte[] certificate = manager.getAcceptedIssuers()[0].getEncoded();
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void failuresAreTyped() {
        ChatRequest question = hi();
        server.models().enqueue(Script.reply("Hel").reset());
        String baseUrl = server.baseUrl();
        // page
        RunnelClient careful = RunnelClient.builder()
                .baseUrl(baseUrl)
                .connectTimeout(Duration.ofSeconds(2)) // 10 seconds by default
                .responseTimeout(Duration.ofSeconds(30)) // until the headers; 10 minutes
                .idleTimeout(Duration.ofSeconds(20)) // without any data; 1 minute
                .totalTimeout(Duration.ofMinutes(5)) // for a whole request; none
                .maxRetries(4) // 2
                .idempotencyKeys(true) // for a server that knows them: requests that create are tried again, too
                .build();
        try (ChatStream stream = careful.chat().stream(question)) {
            stream.forEach(chunk -> System.out.print(chunk.text()));
        } catch (ApiException e) { // the server answered with an error, at once or inside the stream
            System.out.println(e.status() + " " + e.error().code() + " " + e.requestId());
        } catch (ConnectionException e) { // no response
            System.out.println(e.getMessage());
        } catch (BrokenStreamException e) { // it ended too early; you have read everything before
            System.out.println(e.events() + " events, " + e.position());
        }
        // end
        careful.close();
        assertThat(printed()).startsWith("Hel").hasLineCount(1);
    }

    // ---- the page

    @Test
    void thePageShowsTheseExamples() throws IOException {
        List<String> shown = found("(?s)```java\n(.*?)```", Files.readString(PAGE));
        List<String> run = found("(?s)// page\n(.*?)\n *// end\n", Files.readString(SOURCE)).stream()
                .map(String::stripIndent).map(example -> example + "\n").toList();
        assertThat(shown).isEqualTo(run);
    }

    @Test
    void itTellsTheVersionsThatAreSo() throws IOException {
        String page = Files.readString(PAGE);
        String version = found("<version>(.*?)</version>", Files.readString(Path.of("..", "pom.xml"))).get(0);
        assertThat(page).contains("| version | " + version + " |", "<version>" + version + "</version>");
        String oldest = found("<jackson.oldest.version>(.*?)\\.[0-9]+<",
                Files.readString(Path.of("..", "client", "pom.xml"))).get(0);
        assertThat(page).contains("| Jackson | " + oldest + " or newer.");
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(result -> result.group(1)).toList();
    }

    @Test
    void theyAreJava17(@TempDir Path classes) throws IOException {
        assertThat(compiles(SOURCE, classes)).isTrue();
    }

    @Test
    void theReadmesExampleIsJava17(@TempDir Path folder) throws IOException {
        List<String> examples = found("(?s)```java\n(.*?)```", Files.readString(Path.of("..", "README.md")));
        assertThat(examples).hasSize(1);
        Path program = Files.writeString(folder.resolve("Readme.java"), """
                import dev.runnel.client.*;
                import dev.runnel.protocol.chat.*;
                import java.util.List;

                class Readme {
                    static {
                """ + examples.get(0) + "}}");

        assertThat(compiles(program, folder)).isTrue();
    }

    private static boolean compiles(Path source, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            List<String> options = List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp",
                    System.getProperty("java.class.path"));
            return compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source)).call();
        }
    }
}
