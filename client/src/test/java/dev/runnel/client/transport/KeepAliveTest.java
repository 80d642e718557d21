package dev.runnel.client.transport;

import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.transport.Exchanges.LONG;
import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static dev.runnel.client.transport.Exchanges.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which connections serve more than one request, and that no request pays for it. */
@Timeout(180)
class KeepAliveTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String EVENT = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n[DONE]\r\n";

    private final SocketTransport transport = new SocketTransport();

    @AfterEach
    void stop() {
        transport.close();
    }

    private void exchange(Peer peer) throws IOException {
        try (Response answer = transport.send(get(peer.uri("/")))) {
            assertThat(body(answer)).isEqualTo("ok");
        }
    }

    /** Answers requests until the client leaves. */
    private static Peer.Script answeringAll(String response) {
        return line -> {
            while (true) {
                line.request();
                line.send(response);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {OK, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok"})
    void aConnectionServesOn(String response) throws Exception {
        try (Peer peer = Peer.of(answeringAll(response))) {
            exchange(peer);
            exchange(peer);
            exchange(peer);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", OK + "HTTP/1.1 200 Nobody asked\r\n\r\n"})
    void aConnectionDoesNotServeOn(String response) throws Exception {
        try (Peer peer = Peer.of(Peer.answering(response), Peer.answering(response))) {
            exchange(peer);
            exchange(peer);
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void twoAtATimeTakeTwoConnectionsWhichThenServeBoth() throws Exception {
        try (Peer peer = Peer.of(answeringAll(OK), answeringAll(OK))) {
            Response one = transport.send(get(peer.uri("/")));
            Response two = transport.send(get(peer.uri("/")));
            assertThat(body(one) + body(two)).isEqualTo("okok");
            one = transport.send(get(peer.uri("/")));
            two = transport.send(get(peer.uri("/")));
            assertThat(body(one) + body(two)).isEqualTo("okok");
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatTheServerClosedMeanwhileIsNotUsed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(OK);
            line.close();
            closed.countDown();
        }, answeringAll(OK))) {
            exchange(peer);
            assertThat(closed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            exchange(peer);
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionOnWhichTheServerSpokeUnaskedIsNotUsed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(OK);
            go.await();
            line.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            spoken.countDown();
            line.awaitLeft();
        }, answeringAll(OK))) {
            exchange(peer);
            go.countDown();
            assertThat(spoken.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            exchange(peer);
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void aRequestThatFailsOnAUsedConnectionIsNotSentAgain() throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(OK);
            line.request();
        }, answeringAll(OK))) {
            exchange(peer);
            assertThatThrownBy(() -> exchange(peer)).isInstanceOf(IOException.class)
                    .hasMessage("the server closed the connection without a response");
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void aStreamThatIsClosedAtItsLastEventLeavesAGoodConnection() throws Exception {
        try (Peer peer = Peer.of(answeringAll(EVENT + "0\r\n\r\n"))) {
            for (int i = 0; i < 3; i++) {
                try (Response answer = transport.send(get(peer.uri("/")))) {
                    assertThat(read(answer)).isEqualTo("[DONE]");
                }
            }
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void soDoesOneWhoseEndCameAPacketLater() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(EVENT);
            go.await();
            line.send("1\r\n\n\r\n0\r\n\r\n");
            ended.countDown();
            line.request();
            line.send(OK);
            line.awaitLeft();
        })) {
            try (Response answer = transport.send(get(peer.uri("/")))) {
                assertThat(read(answer)).isEqualTo("[DONE]");
                go.countDown();
                assertThat(ended.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
            exchange(peer);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void closingInTheMiddleClosesTheConnection() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(EVENT);
            line.awaitLeft();
            left.countDown();
        }, answeringAll(OK))) {
            Response answer = transport.send(get(peer.uri("/")));
            answer.close();
            answer.close();
            assertThat(left.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            exchange(peer);
        }
    }

    @Test
    void aConnectionThatNobodyWantsIsClosed() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (SocketTransport impatient = new SocketTransport(
                ProxySettings.NONE, (SSLSocketFactory) SSLSocketFactory.getDefault(), Duration.ofMillis(50));
                Peer peer = Peer.of(line -> {
                    line.request();
                    line.send(OK);
                    line.awaitLeft();
                    left.countDown();
                })) {
            body(impatient.send(get(peer.uri("/"))));
            assertThat(left.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingTheTransportClosesWhatIsKept() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(OK);
            line.awaitLeft();
            left.countDown();
        })) {
            exchange(peer);
            transport.close();
            transport.close();
            assertThat(left.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anAddressOfVersionSixIsWrittenInBrackets() throws Exception {
        String[] seen = new String[1];
        try (Peer peer = onVersionSix(line -> {
            seen[0] = line.request();
            line.send(OK);
        })) {
            exchange(peer);
            assertThat(seen[0]).contains("\r\nHost: [::1]:" + peer.port() + "\r\n");
        }
    }

    private static Peer onVersionSix(Peer.Script script) throws IOException {
        InetAddress address = Inet6Address.getByName("::1");
        try {
            return Peer.of(ServerSocketFactory.getDefault(), "http", address, script);
        } catch (SocketException e) {
            return Assumptions.abort("no IP version 6 here");
        }
    }
}
