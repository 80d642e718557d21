package dev.runnel.client.transport;

import dev.runnel.client.transport.Exchanges.Waiting;
import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.transport.Exchanges.LONG;
import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static dev.runnel.client.transport.Exchanges.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The same over TLS, with a certificate for localhost that this test alone trusts. */
@Timeout(180)
class TlsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String STALLED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n";

    private static final SSLContext CONTEXT = TestKeys.contextOf(TestKeys.generated());

    private final Transport transport = new SocketTransport(ProxySettings.NONE, CONTEXT.getSocketFactory(), LONG);

    @AfterEach
    void stop() {
        transport.close();
    }

    private static Peer peer(Peer.Script... scripts) throws IOException {
        return Peer.of(CONTEXT.getServerSocketFactory(), "https", InetAddress.getLoopbackAddress(), scripts);
    }

    private static URI named(Peer peer) {
        return URI.create("https://localhost:" + peer.port() + "/");
    }

    @Test
    void aConnectionServesManyRequests() throws Exception {
        try (Peer peer = peer(line -> {
            while (true) {
                line.request();
                line.send(OK);
            }
        })) {
            for (int i = 0; i < 3; i++) {
                assertThat(body(transport.send(get(named(peer))))).isEqualTo("ok");
            }
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatTheServerClosedMeanwhileIsNotUsed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Peer peer = peer(line -> {
            line.request();
            line.send(OK);
            line.close();
            closed.countDown();
        }, Peer.answering(OK))) {
            assertThat(body(transport.send(get(named(peer))))).isEqualTo("ok");
            assertThat(closed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(body(transport.send(get(named(peer))))).isEqualTo("ok");
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        try (Peer peer = peer(Peer.answering(OK))) {
            assertThatThrownBy(() -> transport.send(get(peer.uri("/")))).isInstanceOf(ConnectException.class)
                    .hasCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        try (Peer peer = peer(Peer.answering(OK)); Transport usual = new SocketTransport()) {
            assertThatThrownBy(() -> usual.send(get(named(peer)))).isInstanceOf(ConnectException.class)
                    .hasCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void aServerThatDoesNotAnswerTheHandshakeIsNotWaitedForLong() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> go.await())) {
            Transport.Timeouts timeouts = new Transport.Timeouts(Duration.ofMillis(100), LONG, LONG, null);
            assertThatThrownBy(() -> transport.send(get(named(peer), timeouts)))
                    .isInstanceOf(ConnectException.class).hasCauseInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no connection within 100 ms");
            go.countDown();
        }
    }

    @Test
    void aServerThatSpeaksNoTlsIsAnError() throws Exception {
        try (Peer peer = Peer.of(line -> line.send("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            assertThatThrownBy(() -> transport.send(get(named(peer)))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aBodyMayFallSilentForSoLong() throws Exception {
        try (Peer peer = peer(Peer.answering(STALLED));
                Response answer = transport.send(
                        get(named(peer), new Transport.Timeouts(LONG, LONG, Duration.ofMillis(100), null)))) {
            assertThat(read(answer)).isEqualTo("ab");
            assertThatThrownBy(() -> read(answer)).isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("nothing received for 100 ms");
        }
    }

    @Test
    void closingOrInterruptingEndsARead() throws Exception {
        try (Peer peer = peer(Peer.answering(STALLED), Peer.answering(STALLED))) {
            Response one = transport.send(get(named(peer)));
            assertThat(read(one)).isEqualTo("ab");
            Waiting reader = Waiting.on(Thread.ofVirtual(), () -> read(one));
            one.close();
            assertThat(reader.outcome()).isInstanceOf(IOException.class).hasMessage("the response was closed");
            Response two = transport.send(get(named(peer)));
            assertThat(read(two)).isEqualTo("ab");
            Waiting other = Waiting.on(Thread.ofVirtual(), () -> read(two));
            other.thread().interrupt();
            assertThat(other.outcome()).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(other.wasInterrupted()).isTrue();
        }
    }
}
