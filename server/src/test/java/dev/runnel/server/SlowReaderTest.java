package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.READER_PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Readers that do not read: they cost neither the run nor the other readers anything, and are let go. */
@Timeout(180)
class SlowReaderTest {
    private static final int TOKENS = 150;
    private static final String TOKEN = "x".repeat(20_000);

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options.with(READER_PATIENCE, Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A connection that asks for a stream, with as little room for it as a system gives. */
    private Socket ask(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(Math.toIntExact(TestServer.PATIENCE.toMillis()));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.ownPort()));
        socket.getOutputStream().write(("GET /v1" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static long readToTheEnd(Socket socket) throws IOException {
        long read = 0;
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int n; (n = socket.getInputStream().read(buffer)) > 0;) {
                read += n;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // what was on its way is lost with the connection
        }
        return read;
    }

    /** Waits until the server has given the connection up, without reading: what is sent is then refused. */
    private static void awaitCut(Socket socket) throws InterruptedException {
        Await.until("the connection is cut", () -> {
            try {
                socket.getOutputStream().write('\n');
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    @Test
    void aReaderThatTakesNothingIsLetGoAndCanReadOn() throws Exception {
        server.models().enqueue(Script.chat(IntStream.range(0, TOKENS).mapToObj(i -> TOKEN).toList()));
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        assertThat(names(all)).endsWith("thread.run.completed", "done");

        try (Socket dead = ask(run + "?stream=true")) {
            assertThat(dead.getInputStream().read()).isPositive();
            awaitCut(dead);
            long whole = (long) TOKENS * TOKEN.length();
            assertThat(readToTheEnd(dead)).isLessThan(whole);
        }
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=10")) {
            assertThat(reader.rest()).isEqualTo(all.subList(10, all.size()));
        }
    }

    @Test
    void aReaderThatTakesItSlowlyIsNot() throws Exception {
        server.models().enqueue(Script.chat(IntStream.range(0, TOKENS).mapToObj(i -> TOKEN).toList()));
        String run = TestServer.runPath(server.run());

        try (Socket slow = ask(run + "?stream=true")) {
            for (int i = 0; i < 12; i++) {
                Thread.sleep(200); // the pace is what is tested
                slow.getInputStream().readNBytes(100_000);
            }
            assertThat(readToTheEnd(slow)).isGreaterThan((long) TOKENS * TOKEN.length() - 1_100_000);
        }
    }

    @Test
    void aReaderThatDoesNotReadDelaysNeitherTheRunNorTheOthers() throws Exception {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text(
                IntStream.range(0, TOKENS).mapToObj(i -> TOKEN).toArray(String[]::new)).end("stop"));
        try (EventReader first = server.run(server.newAssistant(), server.newThread())) {
            List<Event> begun = first.until("thread.message.delta");
            try (Socket dead = ask(TestServer.runPath(begun) + "?stream=true")) {
                assertThat(dead.getInputStream().read()).isPositive();
                gate.open();
                assertThat(names(first.rest())).endsWith("thread.run.completed", "done");
            }
        }
    }
}
