package dev.runnel.server.edge;

import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.wire.Waits;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that are slower than they may be: told so where they owe a request, let go where they owe nothing. */
@Timeout(60)
class SlowClientTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Echo echo = new Echo();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = server(SHORT, SHORT, SHORT, SHORT);
    }

    private HttpServer server(Duration first, Duration head, Duration body, Duration idle) throws IOException {
        return HttpServer.start(
                new HttpSettings("127.0.0.1", 0, 100, new Waits(first, head, body, idle, LONG), null,
                        SystemTimers.get()),
                echo,
                _ -> {});
    }

    @AfterEach
    void stop() throws InterruptedException {
        Connections.awaitNone(server);
        server.close();
    }

    @Test
    void aConnectionThatSaysNothingIsClosedWithoutAWord() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void soIsOneThatIsIdleAfterARequest() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(wire.next().orElseThrow().headers()).doesNotContainKey("connection");
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void soIsOneThatIsIdleAfterAStream() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(wire.next().orElseThrow().body()).isEqualTo("abc");
            assertThat(wire.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "\r\n", "GET /a HTTP/1.1\r\nHost: x", "GET /a HTTP/1.1\r\nHost: x\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nhalf",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n",
        "GET /watched HTTP/1.1\r\nHost: x\r\n\r\nGET /a HT"})
    void halfARequestIsToldThatItTookTooLong(String half) throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(half);
            assertThat(wire.rest()).last().satisfies(response -> {
                assertThat(response.status()).isEqualTo(408);
                assertThat(response.headers()).containsEntry("connection", "close");
            });
        }
    }

    /** Sends a piece again and again, at no time silent, until there is an answer; fails if there is none for long. */
    private static void sendUntilAnswered(RawSocket wire, String piece) throws IOException, InterruptedException {
        for (int sent = 0; !wire.answered(); sent++) {
            assertThat(sent).as("pieces without an answer").isLessThan(150);
            wire.send(piece);
            Thread.sleep(50); // the pace is what is tested
        }
    }

    @Test
    void aHeadThatNeverComesToItsEndIsToldSoThoughItGoesOn() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("GET /a HTTP/1.1\r\nHost: x\r\n");
            sendUntilAnswered(wire, "X: y\r\n");
            assertThat(wire.rest()).singleElement().satisfies(
                    response -> assertThat(response.status()).isEqualTo(408));
        } catch (IOException e) {
            assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*"); // what was sent after the answer was refused
        }
    }

    @Test
    void aBodyThatTricklesIsToldSoWhenItsRateIsTooLow() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
            sendUntilAnswered(wire, "x"); // 20 bytes a second, at no time silent
            assertThat(wire.rest()).singleElement().satisfies(
                    response -> assertThat(response.status()).isEqualTo(408));
        } catch (IOException e) {
            assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*");
        }
    }

    @Test
    void aBodyMayTakeLongerThanASilenceIfItKeepsComing() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("POST /watched HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n");
            for (int i = 0; i < 20; i++) { // a second, 20,000 bytes
                wire.send("x".repeat(1_000));
                Thread.sleep(50); // the pace is what is tested
            }
            assertThat(wire.next().orElseThrow().body()).isEqualTo("watched 20000");
        }
    }

    @Test
    void aClientThatWaitsForItsAnswerIsNotSlow() throws IOException, InterruptedException {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        HttpSettings settings = new HttpSettings("127.0.0.1", 0, 100, new Waits(SHORT, SHORT, SHORT, SHORT, LONG), null,
                time);
        try (HttpServer patient = HttpServer.start(settings, echo, _ -> {});
                RawSocket wire = new RawSocket(patient.port())) {
            wire.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
            time.pass(LONG.multipliedBy(2));
            echo.gate.countDown();
            assertThat(wire.next().orElseThrow().body()).isEqualTo("waited");
        }
        assertThat(echo.seen).isEmpty();
    }
}
