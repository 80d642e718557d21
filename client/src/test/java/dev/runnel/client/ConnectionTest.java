package dev.runnel.client;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The words for a caller when there is no server, or none that answers. */
@Timeout(180)
class ConnectionTest {

    @Test
    void aPortWhereNobodyListensIsNamedWithItsUrl() throws IOException {
        int port;
        try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closedAtOnce.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/v1";
        try (RunnelClient client = RunnelClient.builder().baseUrl(url).maxRetries(0).build()) {
            assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ConnectionException.class).hasMessage(
                    "no response from " + url + "/chat/completions: connection refused, nothing listens there");
        }
    }

    @Test
    void aHostThatDoesNotExistIsNamedAsSuch() {
        try (RunnelClient client = RunnelClient.builder().baseUrl("http://no-such-host.invalid/v1").maxRetries(0)
                .build()) {
            assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no-such-host.invalid").hasMessageEndingWith("the host name is not known");
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAndItsConnectionClosed() throws InterruptedException {
        try (ScriptedModelServer server = ScriptedModelServer.start();
                RunnelClient client = clientOf(server).responseTimeout(Duration.ofMillis(100)).maxRetries(0).build()) {
            server.enqueue(Script.silent());
            assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ConnectionException.class)
                    .hasMessageEndingWith("no response within 100 ms");
            assertThat(server.awaitRequest(0, LONG).awaitDisconnect(LONG)).isTrue();
        }
    }

    /** A listener whose queue is full: the system then answers no further attempt to connect. */
    @Test
    void aHostThatDoesNotTakeTheConnectionIsGivenUpAndNotSaidToRefuseIt() throws IOException {
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                filling.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 100);
                } catch (SocketTimeoutException e) {
                    break;
                }
            }
            try (RunnelClient client = RunnelClient.builder().baseUrl("http://127.0.0.1:" + full.getLocalPort())
                    .connectTimeout(Duration.ofMillis(200)).maxRetries(0).build()) {
                assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("no connection within 200 ms");
            }
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }
}
