package dev.runnel.server;

import dev.runnel.testkit.Await;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that ask for more memory or open files than there are: the server, in a process of its own, lives and serves the others. */
@Timeout(180)
class ScarcityTest {
    private static final int HEAP = 352;
    private static final String KEY = "sk-0123456789abcdef";
    private static final String LIST = "GET /v1/threads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY
            + "\r\n\r\n";
    private static final int MANY_FILES = 4_096;

    @TempDir
    Path folder;

    private final ScriptedModelServer models = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        models.close();
    }

    private ServerProcess start(int maxOpenFiles) {
        return ServerProcess.start(
                HEAP, maxOpenFiles, "sqlite:" + folder.resolve("runnel.db"), models.baseUri().toString(), KEY);
    }

    private static Socket connect(ServerProcess server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The status of the answer; 0 if there is none. */
    private static int status(Socket socket) throws IOException {
        try {
            byte[] line = socket.getInputStream().readNBytes(12);
            return line.length < 12 ? 0 : Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
        } catch (SocketException e) {
            return 0;
        }
    }

    private static int list(ServerProcess server) throws IOException {
        try (Socket socket = connect(server)) {
            write(socket, LIST);
            return status(socket);
        }
    }

    /** The server may take a moment to see that it can let go of what was left. */
    private static void awaitAnswered(ServerProcess server) throws IOException, InterruptedException {
        Await.until("the server answers", () -> list(server) == 200);
    }

    @Test
    void aHugeChunkIsNotKeptWhoeverSendsItWherever() throws IOException {
        byte[] zeros = new byte[1024 * 1024];
        try (ServerProcess server = start(MANY_FILES)) {
            for (String key : List.of("", "Authorization: Bearer " + KEY + "\r\n")) {
                for (String route : List.of("GET /openapi.json", "GET /nowhere", "POST /v1/chat/completions",
                        "POST /v1/assistants", "GET /v1/models", "POST /v1/files")) {
                    try (Socket socket = connect(server)) {
                        write(socket, route + " HTTP/1.1\r\nHost: localhost\r\n" + key
                                + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
                        for (int i = 0; i < 40; i++) {
                            socket.getOutputStream().write(zeros);
                        }
                        assertThat(status(socket)).as(route + key).isBetween(200, 413);
                    } catch (SocketException e) {
                        assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*"); // it takes no more of that
                    }
                }
            }
            assertThat(list(server)).isEqualTo(200);
            assertThat(server.alive()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 150", "400, 900"})
    void silentConnectionsTakeNoMoreFilesThanThereAre(int files, int connections)
            throws IOException, InterruptedException {
        try (ServerProcess server = used(start(files))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                silent.add(connect(server));
            }
            assertThat(list(server)).isIn(0, 200, 503);
            for (Socket socket : silent) {
                socket.close();
            }
            awaitAnswered(server);
            assertThat(server.alive()).isTrue();
        }
    }

    /** More connections are allowed than there can be open files, so that accepting itself fails. */
    private ServerProcess startWithoutReserve() throws IOException, InterruptedException {
        return used(ServerProcess.start(
                HEAP, 200, "sqlite:" + folder.resolve("runnel.db"), models.baseUri().toString(), KEY, "100000"));
    }

    /**
     * A server that has answered once. Here its classes come from a folder, each of a file of its own, and a class that could not be opened at its
     * first use is lost for good. In a package they come from files that are open.
     */
    private static ServerProcess used(ServerProcess server) throws IOException, InterruptedException {
        try {
            awaitAnswered(server);
            return server;
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
    }

    private static List<Socket> open(ServerProcess server, String said) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            sockets.add(connect(server));
            write(sockets.getLast(), said);
        }
        return sockets;
    }

    @Test
    void idleConnectionsMakeRoomWhereAcceptingFails() throws IOException, InterruptedException {
        try (ServerProcess server = startWithoutReserve()) {
            List<Socket> idle = open(server, "");
            awaitAnswered(server);
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void acceptingFailsWhileThereIsNoRoomAndGoesOnAfterwards() throws IOException, InterruptedException {
        try (ServerProcess server = startWithoutReserve()) {
            List<Socket> busy = open(server, "GET /v1/threads HT");
            for (Socket socket : busy) {
                socket.close();
            }
            awaitAnswered(server);
            assertThat(server.alive()).isTrue();
        }
    }

    private static String chat(String content) {
        String body = "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": " + content + "}]}";
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void manyLargeBodiesAtOnceAreTakenAsFarAsThereIsRoom() throws Exception {
        models.enqueue(Collections.nCopies(16, Script.chat("Hi")).toArray(Script[]::new));
        String large = chat("\"" + "x".repeat(15_000_000) + "\"");
        try (ServerProcess server = start(MANY_FILES)) {
            List<Integer> statuses = atOnce(16, () -> {
                try (Socket socket = connect(server)) {
                    write(socket, large);
                    return status(socket);
                }
            });
            assertThat(statuses).contains(503).isSubsetOf(200, 503);
            awaitAnswered(server);
        }
    }

    @Test
    void aBodyThatBecomesManyTimesItsBytesIsRefusedInWordsBeforeItIsParsed() throws IOException, InterruptedException {
        try (ServerProcess server = start(MANY_FILES); Socket socket = connect(server)) {
            write(socket, chat("[" + "[],".repeat(5_000_000) + "[]]"));
            assertThat(status(socket)).isEqualTo(413);
            awaitAnswered(server);
        }
    }

    private static <T> List<T> atOnce(int times, Callable<T> task)
            throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(Collections.nCopies(times, task))) {
                results.add(future.get());
            }
        }
        return results;
    }
}
