package dev.runnel.server.edge;

import dev.runnel.server.edge.RawSocket.Response;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The life of connections: how many there may be, their memory after a request, hang-ups, and their end. */
@Timeout(60)
class ConnectionsTest {
    private static final int MOST = 5;

    private final Echo echo = new Echo();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(HttpSettings.at("127.0.0.1", 0, MOST, Duration.ofSeconds(60), SystemTimers.get()),
                echo,
                _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    private String awaitSeen() throws InterruptedException {
        return String.valueOf(echo.seen.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void oneTooManyIsToldSoAndServedWhenThereIsRoom() throws IOException, InterruptedException {
        List<RawSocket> wires = new ArrayList<>();
        try (LogLines log = LogLines.of(HttpServer.class)) {
            for (int i = 0; i < MOST; i++) {
                RawSocket wire = new RawSocket(server.port());
                wires.add(wire);
                wire.send(get("/a"));
                assertThat(wire.next()).isPresent();
            }
            for (int i = 0; i < 3; i++) {
                try (RawSocket further = new RawSocket(server.port())) {
                    further.send(get("/a"));
                    assertThat(further.rest()).singleElement().satisfies(response -> {
                        assertThat(response.status()).isEqualTo(503);
                        assertThat(response.headers()).containsEntry("retry-after", "5")
                                .containsEntry("connection", "close");
                        assertThat(response.body()).contains("reached its limit of connections");
                    });
                }
            }
            assertThat(log.lines()).singleElement().asString()
                    .startsWith("WARNING: the limit of 5 connections is reached");
        }
        wires.removeFirst().close();
        Connections.await(() -> server.connections() < MOST);
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(get("/a"));
            assertThat(wire.next().orElseThrow().status()).isEqualTo(200);
        }
        for (RawSocket wire : wires) {
            wire.send(get("/b")); // those that were there have not been disturbed
            assertThat(wire.next().orElseThrow().body()).isEqualTo("GET /b ");
            wire.close();
        }
        Connections.awaitNone(server);
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(get("/1") + post("/stream", 3) + get("/2") + get("/stream") + post("/watched", 4) + get("/3"));
            wire.end();
            assertThat(wire.rest()).extracting(Response::body)
                    .containsExactly("GET /1 ", "xxxabc", "GET /2 ", "abc", "watched 4", "GET /3 ");
        }
    }

    @Test
    void aConnectionServesOnAfterAStream() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            for (int i = 0; i < 20; i++) {
                wire.send(get("/stream"));
                Response stream = wire.next().orElseThrow();
                assertThat(stream.body()).isEqualTo("abc");
                assertThat(stream.headers()).containsEntry("transfer-encoding", "chunked")
                        .doesNotContainKey("connection");
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aLargeRequestBehindOneThatWasWatchedIsReadWhole() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            for (int i = 0; i < 5; i++) {
                wire.send(post("/watched", 1_000_000));
                assertThat(wire.next().orElseThrow().body()).isEqualTo("watched 1000000");
            }
        }
    }

    @Test
    void aHangUpInterruptsTheHandlerThatWaits() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(get("/wait"));
            assertThat(awaitSeen()).isEqualTo("begun");
            assertThat(echo.seen).isEmpty();
        }
        assertThat(awaitSeen()).isEqualTo("interrupted");
        Connections.awaitNone(server);
    }

    @Test
    void soItDoesInALaterRequestOfTheConnection() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(get("/stream") + get("/watched") + get("/wait"));
            assertThat(wire.next()).isPresent();
            assertThat(wire.next()).isPresent();
            assertThat(awaitSeen()).isEqualTo("begun");
        }
        assertThat(awaitSeen()).isEqualTo("interrupted");
        Connections.awaitNone(server);
    }

    @Test
    void aClientThatHasSaidAllGetsTheAnswersToAllButThoseThatItLeaves() throws IOException {
        for (int i = 0; i < 200; i++) { // the hang-up comes at any moment, and disturbs no request behind the one it is for
            try (RawSocket wire = new RawSocket(server.port())) {
                wire.send(get("/watched") + get("/1") + get("/2"));
                wire.end();
                assertThat(wire.rest()).extracting(Response::body).containsExactly("watched 0", "GET /1 ", "GET /2 ");
            }
        }
    }

    @Test
    void aStopClosesIdleConnectionsAtOnceAndOthersAfterTheirAnswer() throws IOException, InterruptedException {
        try (RawSocket idle = new RawSocket(server.port()); RawSocket busy = new RawSocket(server.port())) {
            idle.send(get("/a"));
            assertThat(idle.next()).isPresent();
            busy.send(get("/wait") + get("/a"));
            assertThat(awaitSeen()).isEqualTo("begun");

            Thread stop = Thread.ofVirtual().start(() -> server.stop(Duration.ofSeconds(50)));
            assertThat(idle.ended()).isTrue();
            echo.gate.countDown();
            assertThat(busy.rest()).singleElement().satisfies(response -> {
                assertThat(response.body()).isEqualTo("waited");
                assertThat(response.headers()).containsEntry("connection", "close");
            });
            assertThat(stop.join(Duration.ofSeconds(20))).isTrue();
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aStopThatWaitsForNobodyInterruptsHandlers() throws IOException, InterruptedException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(get("/wait"));
            assertThat(awaitSeen()).isEqualTo("begun");
            server.close();
            assertThat(awaitSeen()).isEqualTo("interrupted");
            assertThat(wire.ended()).isTrue();
        }
        Connections.awaitNone(server);
    }
}
