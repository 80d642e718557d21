package dev.runnel.client.transport;

import dev.runnel.client.transport.Transport.Body;
import dev.runnel.client.transport.Transport.Request;
import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.transport.Exchanges.PATIENT;
import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** When one side is faster than the other. */
@Timeout(180)
class FlowTest {
    private static final int BLOCK = 64 * 1024;

    /** Together 32 MiB: of what nobody reads the kernel holds some 4 MiB. */
    private static final int BLOCKS = 512;

    private final SocketTransport transport = new SocketTransport();

    @AfterEach
    void stop() {
        transport.close();
    }

    @Test
    void whatIsNotReadStaysWithTheServerAndThenComesWhole() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        Peer.Script fast = line -> {
            line.request();
            line.send("HTTP/1.1 200 OK\r\nContent-Length: " + (long) BLOCK * BLOCKS + "\r\n\r\n");
            for (int i = 0; i < BLOCKS; i++) {
                line.send(block(i));
                sent.incrementAndGet();
            }
            line.awaitLeft();
        };
        try (Peer peer = Peer.of(fast); Response answer = transport.send(get(peer.uri("/")))) {
            awaitStandstill(sent);
            assertThat(sent.get()).as("blocks taken though nobody reads").isLessThan(BLOCKS / 2);
            String body = body(answer);
            assertThat(body).hasSize(BLOCK * BLOCKS);
            for (int i = 0; i < BLOCKS; i++) {
                assertThat(body.charAt(i * BLOCK)).isEqualTo((char) ('a' + i % 26));
            }
        }
    }

    private static void awaitStandstill(AtomicInteger counter) throws InterruptedException {
        for (int before = -1; before != counter.get();) {
            before = counter.get();
            Thread.sleep(500); // longer than any block takes that can be taken
        }
    }

    private static String block(int number) {
        return String.valueOf((char) ('a' + number % 26)).repeat(BLOCK);
    }

    @Test
    void aServerMayReadARequestLate() throws Exception {
        CompletableFuture<String> request = new CompletableFuture<>();
        Peer.Script slow = line -> {
            Thread.sleep(500); // for all buffers to be full; the outcome is the same before
            request.complete(line.largeRequest(BLOCK * BLOCKS));
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            line.awaitLeft();
        };
        byte[] large = new byte[BLOCK * BLOCKS];
        new Random(1).nextBytes(large);
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ('a' + (large[i] & 15));
        }
        try (Peer peer = Peer.of(slow);
                Response answer = transport.send(
                        new Request("POST", peer.uri("/"), Map.of("Accept", "*/*"), Body.of(large), PATIENT))) {
            assertThat(body(answer)).isEqualTo("ok");
            String sent = request.join();
            assertThat(sent.substring(sent.indexOf("\r\n\r\n") + 4))
                    .isEqualTo(new String(large, ISO_8859_1));
        }
    }

    @Test
    void manyStreamsAtOnceGetEachItsOwn() throws Exception {
        int streams = 200;
        Peer.Script[] scripts = new Peer.Script[streams];
        for (int i = 0; i < streams; i++) {
            Random pieces = new Random(i);
            scripts[i] = line -> {
                String request = line.request();
                String path = request.substring(request.indexOf(' ') + 1, request.indexOf(" HTTP/"));
                line.send("HTTP/1.1 200 OK\r\n\r\n");
                for (int piece = 0; piece < 50; piece++) {
                    line.send(path + ":" + piece + ";");
                    if (pieces.nextInt(4) == 0) {
                        Thread.sleep(pieces.nextInt(3)); // so that some pieces come alone
                    }
                }
            };
        }
        try (Peer peer = Peer.of(scripts);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> read = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                String path = "/" + i;
                read.add(readers.submit(() -> read(peer, path)));
            }
            for (int i = 0; i < streams; i++) {
                StringBuilder expected = new StringBuilder();
                for (int piece = 0; piece < 50; piece++) {
                    expected.append('/').append(i).append(':').append(piece).append(';');
                }
                assertThat(read.get(i).get()).isEqualTo(expected.toString());
            }
        }
    }

    private String read(Peer peer, String path) throws IOException {
        try (Response answer = transport.send(get(peer.uri(path)))) {
            return body(answer);
        }
    }
}
