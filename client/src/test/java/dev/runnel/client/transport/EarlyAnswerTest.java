package dev.runnel.client.transport;

import dev.runnel.client.transport.Transport.Body;
import dev.runnel.client.transport.Transport.Request;
import dev.runnel.client.transport.Transport.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.transport.Exchanges.PATIENT;
import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that answer before they have read the request. */
@Timeout(180)
class EarlyAnswerTest {
    private static final int LARGE = 64 * 1024 * 1024;
    private static final String REFUSAL = "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge";

    private final SocketTransport transport = new SocketTransport();

    @AfterEach
    void stop() {
        transport.close();
    }

    @Test
    void aRefusalIsReadThoughTheServerLeavesBeforeAllIsSent() throws Exception {
        Peer.Script refusing = line -> {
            line.send(REFUSAL);
            Thread.sleep(1_000); // for it to be read before the reset comes
            line.reset();
        };
        try (Peer peer = Peer.of(refusing, Peer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))) {
            try (Response refusal = transport.send(post(peer, Body.of(new byte[LARGE])))) {
                assertThat(refusal.status()).isEqualTo(413);
                assertThat(body(refusal)).isEqualTo("large");
            }
            try (Response next = transport.send(get(peer.uri("/")))) {
                assertThat(body(next)).as("on a connection of its own").isEqualTo("ok");
            }
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void withoutAnAnswerTheRequestHasFailed() throws Exception {
        Peer.Script leaving = line -> {
            Thread.sleep(100); // for the request to be under way; the outcome is the same before
            line.reset();
        };
        try (Peer peer = Peer.of(leaving)) {
            assertThatThrownBy(() -> transport.send(post(peer, Body.of(new byte[LARGE]))))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aConnectionWithHalfARequestOnItIsNotUsedAgain() throws Exception {
        Peer.Script early = line -> {
            line.send(REFUSAL);
            line.awaitLeft();
        };
        Body failing = new Body() {
            @Override
            public long length() {
                return 100;
            }

            @Override
            public InputStream open() throws IOException {
                pause(); // for the answer to arrive
                return new ByteArrayInputStream(new byte[50]);
            }
        };
        try (Peer peer = Peer.of(early, Peer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))) {
            try (Response refusal = transport.send(post(peer, failing))) {
                assertThat(body(refusal)).isEqualTo("large");
            }
            try (Response next = transport.send(get(peer.uri("/")))) {
                assertThat(next.status()).isEqualTo(200);
            }
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(300); // no event tells the body that an answer has arrived
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Request post(Peer peer, Body body) {
        return new Request("POST", peer.uri("/"), Map.of("Accept", "*/*"), body, PATIENT);
    }
}
