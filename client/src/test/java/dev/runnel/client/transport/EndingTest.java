package dev.runnel.client.transport;

import dev.runnel.client.transport.Exchanges.Waiting;
import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.client.transport.Exchanges.LONG;
import static dev.runnel.client.transport.Exchanges.get;
import static dev.runnel.client.transport.Exchanges.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How a wait ends that brings nothing: in time, from another thread, by an interrupt. */
@Timeout(180)
class EndingTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final String STALLED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n";

    private final Transport transport = new SocketTransport();
    private final CountDownLatch left = new CountDownLatch(1);

    @AfterEach
    void stop() {
        transport.close();
    }

    static Stream<Thread.Builder> threads() {
        return Stream.of(Thread.ofVirtual(), Thread.ofPlatform().daemon());
    }

    private Peer sending(String response) throws IOException {
        return Peer.of(line -> {
            line.request();
            line.send(response);
            line.awaitLeft();
            left.countDown();
        });
    }

    private void assertTheServerSawIt() throws InterruptedException {
        assertThat(left.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private Response started(Peer peer) throws IOException {
        Response answer = transport.send(get(peer.uri("/")));
        assertThat(read(answer)).isEqualTo("ab");
        return answer;
    }

    // ---- no connection

    @Test
    void whereNothingListensTheConnectionIsRefused() throws Exception {
        URI nobody;
        try (Peer peer = Peer.of()) {
            nobody = peer.uri("/");
        }
        assertThatThrownBy(() -> transport.send(get(nobody))).isInstanceOf(ConnectException.class);
    }

    @Test
    void aHostWithoutAddressIsUnknown() {
        assertThatThrownBy(() -> transport.send(get(URI.create("http://no-such-host.invalid/"))))
                .isInstanceOf(ConnectException.class).hasCauseInstanceOf(UnknownHostException.class);
    }

    // ---- in time

    @Test
    void aResponseHasToComeInTime() throws Exception {
        try (Peer peer = sending("")) {
            assertThatThrownBy(
                    () -> transport.send(get(peer.uri("/"), new Transport.Timeouts(LONG, SHORT, LONG, null))))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no response within 100 ms");
            assertTheServerSawIt();
        }
    }

    @Test
    void aHeadThatTricklesHasToComeInTimeAsAWhole() throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            while (true) {
                line.send("HTTP/1.1 100 Continue\r\n\r\n");
                Thread.sleep(10); // the pace is what is tested
            }
        })) {
            assertThatThrownBy(
                    () -> transport.send(get(peer.uri("/"), new Transport.Timeouts(LONG, SHORT, LONG, null))))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no response within 100 ms");
        }
    }

    @Test
    void aBodyMayFallSilentForSoLong() throws Exception {
        try (Peer peer = sending(STALLED);
                Response answer = transport.send(get(peer.uri("/"), new Transport.Timeouts(LONG, LONG, SHORT, null)))) {
            assertThat(read(answer)).isEqualTo("ab");
            long start = System.nanoTime();
            assertThatThrownBy(() -> read(answer)).isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("nothing received for 100 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, LONG.dividedBy(2));
        }
        assertTheServerSawIt();
    }

    @Test
    void aBodyMayTakeLongerThanAnySingleWait() throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n");
            for (int i = 0; i < 30; i++) {
                Thread.sleep(80); // the pace is what is tested
                line.send("x");
            }
        });
                Response answer = transport.send(get(
                        peer.uri("/"),
                        new Transport.Timeouts(LONG, Duration.ofSeconds(2), Duration.ofSeconds(2), null)))) {
            assertThat(Exchanges.body(answer)).hasSize(30);
        }
    }

    // ---- from another thread

    @ParameterizedTest
    @MethodSource("threads")
    void closingAResponseEndsItsRead(Thread.Builder threads) throws Exception {
        try (Peer peer = sending(STALLED)) {
            Response answer = started(peer);
            Waiting reader = Waiting.on(threads, () -> read(answer));
            answer.close();
            assertThat(reader.outcome()).isInstanceOf(IOException.class).hasMessage("the response was closed");
            assertThat(reader.wasInterrupted()).isFalse();
            assertTheServerSawIt();
            assertThatThrownBy(() -> read(answer)).hasMessage("the response was closed");
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void closingTheTransportEndsReadsAndWaitsForResponses(Thread.Builder threads) throws Exception {
        try (Peer peer = sending(""); Peer other = sending(STALLED)) {
            Waiting sender = Waiting.on(threads, () -> transport.send(get(peer.uri("/"))));
            Response answer = started(other);
            Waiting reader = Waiting.on(threads, () -> read(answer));
            transport.close();
            assertThat(sender.outcome()).isInstanceOf(IOException.class).hasMessage("the connection was closed");
            assertThat(reader.outcome()).isInstanceOf(IOException.class).hasMessage("the connection was closed");
            assertThatThrownBy(() -> transport.send(get(peer.uri("/")))).isInstanceOf(IOException.class)
                    .hasMessage("the transport was closed");
        }
    }

    // ---- by an interrupt

    @ParameterizedTest
    @MethodSource("threads")
    void anInterruptEndsTheWaitForAResponse(Thread.Builder threads) throws Exception {
        try (Peer peer = sending("")) {
            Waiting sender = Waiting.on(threads, () -> transport.send(get(peer.uri("/"))));
            sender.thread().interrupt();
            assertThat(sender.outcome()).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(sender.wasInterrupted()).isTrue();
            assertTheServerSawIt();
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anInterruptEndsARead(Thread.Builder threads) throws Exception {
        try (Peer peer = sending(STALLED)) {
            Response answer = started(peer);
            Waiting reader = Waiting.on(threads, () -> read(answer));
            reader.thread().interrupt();
            assertThat(reader.outcome()).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(reader.wasInterrupted()).isTrue();
            assertTheServerSawIt();
        }
    }

    @Test
    void anInterruptEndsTheWritingOfARequestThatNobodyReads() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> go.await())) {
            Transport.Request large = new Transport.Request(
                    "POST", peer.uri("/"), Map.of(), Transport.Body.of(new byte[64 * 1024 * 1024]), Exchanges.PATIENT);
            Thread sender = Thread.ofVirtual().unstarted(() -> assertThatThrownBy(() -> transport.send(large))
                    .isExactlyInstanceOf(InterruptedIOException.class));
            Throwable[] failure = new Throwable[1];
            sender.setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
            sender.start();
            Thread.sleep(100); // mostly in the middle of writing; the outcome is the same before
            sender.interrupt();
            assertThat(sender.join(LONG)).isTrue();
            assertThat(failure[0]).isNull();
            go.countDown();
        }
    }
}
