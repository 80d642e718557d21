package dev.runnel.cli.rehearsal;

import dev.runnel.cli.Main;
import dev.runnel.cli.base.Logs;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A rehearsal of {@code serve}, for the launcher: while it serves short replies, the JVM writes down which classes it loads and how its code
 * runs (JEP 483, JEP 515), so that a later server starts and warms up faster. The server's model is another server, in the same process,
 * with the demo model.
 *
 * <p>It takes a folder for the databases, which must not exist. The exit code is 0 if all replies came.
 */
public final class Rehearsal {
    private static final String QUESTION = "Tell me a short story.";
    private static final int REPLIES = 300;
    private static final int AT_ONCE = 60;
    private static final long TOKENS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    private Rehearsal() {}

    /** Serves, asks and exits. */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        Thread.ofPlatform().daemon().start(Rehearsal::giveUp);
        Logs.configure();
        Path folder = Files.createDirectory(Path.of(args[0]));
        int modelPort = freePort();
        int port = freePort();
        serve(modelPort, folder.resolve("model.db"));
        serve(port, folder.resolve("server.db"), "--model-url", "http://127.0.0.1:" + modelPort + "/v1");
        try (RunnelClient model = client(modelPort);
                RunnelClient client = client(port)) {
            awaitAnswer(model);
            awaitAnswer(client);
            replies(client);
        }
        System.exit(0);
    }

    private static void giveUp() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static void serve(int port, Path database, String... options) {
        String[] words = Stream.concat(
                Stream.of("serve", "--port", Integer.toString(port), "--database", "sqlite:" + database),
                Stream.of(options)).toArray(String[]::new);
        Thread.ofPlatform().daemon().name("serve").start(() -> Main.execute(words));
    }

    private static RunnelClient client(int port) {
        return RunnelClient.builder().baseUrl("http://127.0.0.1:" + port + "/v1").apiKey("none").maxRetries(0).build();
    }

    private static void awaitAnswer(RunnelClient client) throws InterruptedException {
        while (true) {
            try {
                client.models().list();
                return;
            } catch (RunnelException e) {
                Thread.sleep(LOOK_MILLIS); // it does not listen yet
            }
        }
    }

    private static void replies(RunnelClient client) throws InterruptedException, ExecutionException {
        String assistant = client.assistants().create(AssistantRequest.builder("demo").build()).id();
        ChatRequest chat = ChatRequest.builder("demo", List.of(ChatMessage.user(QUESTION)))
                .maxCompletionTokens(TOKENS).build();
        RunRequest run = RunRequest.builder(assistant)
                .thread(ThreadRequest.of(MessageRequest.user(QUESTION)))
                .maxCompletionTokens(TOKENS).build();
        repeat(() -> {
            try (ChatStream stream = client.chat().stream(chat)) {
                stream.finalCompletion();
            }
        });
        repeat(() -> {
            try (RunStream stream = client.runs().streamWithThread(run)) {
                stream.finalRun();
            }
        });
    }

    private static void repeat(Runnable ask) throws InterruptedException, ExecutionException {
        try (ExecutorService asking = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<?> asked : IntStream.range(0, REPLIES).<Future<?>>mapToObj(i -> asking.submit(ask)).toList()) {
                asked.get();
            }
        }
    }
}
