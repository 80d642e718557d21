package dev.runnel.server.edge;

import dev.runnel.server.edge.RawHttp2.Frame;
import dev.runnel.server.edge.RawHttp2.Response;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.edge.wire.Waits;
import dev.runnel.server.time.VirtualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.edge.RawHttp2.DATA;
import static dev.runnel.server.edge.RawHttp2.END_HEADERS;
import static dev.runnel.server.edge.RawHttp2.END_STREAM;
import static dev.runnel.server.edge.RawHttp2.GOAWAY;
import static dev.runnel.server.edge.RawHttp2.HEADERS;
import static dev.runnel.server.edge.RawHttp2.PING;
import static dev.runnel.server.edge.RawHttp2.PREFACE;
import static dev.runnel.server.edge.RawHttp2.RST_STREAM;
import static dev.runnel.server.edge.RawHttp2.SETTINGS;
import static dev.runnel.server.edge.RawHttp2.WINDOW_UPDATE;
import static dev.runnel.server.edge.RawHttp2.ascii;
import static dev.runnel.server.edge.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

/** Windows, and clients of HTTP/2 that are slower than they may be: only their own streams wait, and not forever. */
@Timeout(60)
class Http2WaitsTest {
    private static final int NO_ERROR = 0;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int INITIAL_WINDOW = 4;
    private static final int MOST_CONNECTIONS = 5;
    private static final Duration FOREVER = Duration.ofDays(365);

    @TempDir
    static Path folder;

    private static PemPair shown;

    private final Echo echo = new Echo();
    private final VirtualTime time = new VirtualTime(Instant.EPOCH);
    private HttpServer server;
    private int next = 11;

    @BeforeAll
    static void certify() throws Exception {
        shown = PemPair.make(folder, "server");
    }

    @BeforeEach
    void start() throws Exception {
        // Time runs faster than the machine here: what a test is not about takes forever.
        server = start(new Waits(FOREVER, Duration.ofSeconds(10), Duration.ofSeconds(30), FOREVER, FOREVER));
    }

    private HttpServer start(Waits waits) throws IOException {
        return HttpServer.start(
                new HttpSettings("127.0.0.1", 0, MOST_CONNECTIONS, waits,
                        new ServerCertificate(shown.certificate(), shown.key()), time),
                echo, _ -> {});
    }

    @AfterEach
    void stop() throws Exception {
        echo.gate.countDown();
        Connections.awaitNone(server);
        server.close();
    }

    private RawHttp2 connect(int... settings) throws IOException {
        return RawHttp2.open(server.port(), shown.certificate(), settings);
    }

    private String awaitSeen() throws InterruptedException {
        return String.valueOf(echo.seen.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aStreamWaitsForItsOwnWindowAlone() throws IOException {
        try (RawHttp2 client = connect(INITIAL_WINDOW, 4)) {
            client.get(1, "/stream").get(3, "/long").send();
            assertThat(client.response(1).body()).isEqualTo("abc");
            // Stream 3 has sent four bytes of "GET /long ", and waits. So others do not.
            client.get(5, "/stream").send();
            assertThat(client.response(5).body()).isEqualTo("abc");
            client.number(WINDOW_UPDATE, 3, 2).send();
            Frame two = client.await(frame -> frame.type() == DATA && frame.stream() == 3);
            assertThat(two.text()).isEqualTo("/l");
            client.settings(INITIAL_WINDOW, 100).send();
            Frame rest = client.await(frame -> frame.type() == DATA && frame.stream() == 3);
            assertThat(rest.text()).isEqualTo("ong ");
            assertThat(rest.has(END_STREAM)).isTrue();
        }
    }

    @Test
    void theHeadDoesNotWaitForTheWindow() throws IOException {
        try (RawHttp2 client = connect(INITIAL_WINDOW, 0)) {
            client.get(1, "/a").send();
            assertThat(client.await(HEADERS).stream()).isEqualTo(1);
            client.number(WINDOW_UPDATE, 1, 100).send();
            assertThat(client.await(DATA).text()).isEqualTo("GET /a ");
        }
    }

    @Test
    void aStreamWhoseClientTakesNothingForLongIsEndedAndTheOthersGoOn() throws Exception {
        server.close();
        server = start(Waits.of(Duration.ofMinutes(1)));
        try (RawHttp2 client = connect(INITIAL_WINDOW, 2)) {
            client.get(1, "/a").get(3, "/wait").send();
            client.await(frame -> frame.type() == DATA && frame.stream() == 1);
            assertThat(awaitSeen()).isEqualTo("begun");
            time.pass(Duration.ofSeconds(61));
            Frame reset = client.await(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(1);
            assertThat(reset.error()).isEqualTo(CANCEL);
            echo.gate.countDown();
            client.number(WINDOW_UPDATE, 3, 100).send();
            assertThat(client.response(3).body()).isEqualTo("waited");
        }
    }

    @Test
    void aClientMaySendAgainWhatWasRead() throws IOException {
        try (RawHttp2 client = connect()) {
            client.post(1, "/a").frame(DATA, 0, 1, new byte[16_000]).send();
            int allowed = 0;
            for (int sent = 16_000; sent < 2_000_000; sent += 16_000) {
                if (sent + 16_000 > 256 * 1024 + allowed) {
                    allowed += client.await(
                            frame -> frame.type() == WINDOW_UPDATE && frame.stream() == 1).number(0);
                }
                client.frame(DATA, 0, 1, new byte[16_000]).send();
            }
            client.number(WINDOW_UPDATE, 0, 10_000_000).number(WINDOW_UPDATE, 1, 10_000_000)
                    .frame(DATA, END_STREAM, 1).send();
            assertThat(client.response(1).body()).hasSize("POST /a ".length() + 2_000_000);
        }
    }

    @Test
    void aTrailerEndsABody() throws IOException {
        try (RawHttp2 client = connect()) {
            client.post(1, "/a", "content-length", "2").frame(DATA, 0, 1, ascii("hi"))
                    .frame(HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.block("x", "y")).send();
            assertThat(client.response(1).body()).isEqualTo("POST /a hi");
        }
    }

    @Test
    void aClientThatWaitsForLeaveToSendItsBodyGetsIt() throws IOException {
        try (RawHttp2 client = connect()) {
            client.post(1, "/a", "expect", "100-continue").send();
            Frame leave = client.await(HEADERS);
            assertThat(leave.has(END_STREAM)).isFalse();
            client.frame(DATA, END_STREAM, 1, ascii("hi")).send();
            assertThat(client.response(1).body()).isEqualTo("POST /a hi");
        }
    }

    @Test
    void aBodyThatDoesNotComeIsToldSoAndTheOtherStreamsGoOn() throws Exception {
        try (RawHttp2 client = connect()) {
            client.post(1, "/a").frame(DATA, 0, 1, ascii("half")).get(3, "/wait").send();
            assertThat(awaitSeen()).isEqualTo("begun");
            Response late = late(client);
            assertThat(late.status()).isEqualTo(408);
            echo.gate.countDown();
            assertThat(client.response(3).body()).isEqualTo("waited");
        }
    }

    /** The answer on stream 1, while time passes. */
    private Response late(RawHttp2 client) throws Exception {
        Thread passing = Thread.ofVirtual().start(() -> {
            while (!Thread.interrupted()) {
                time.pass(Duration.ofSeconds(1));
            }
        });
        try {
            return client.response(1);
        } finally {
            passing.interrupt();
            passing.join();
        }
    }

    @Test
    void aFrameThatDoesNotComeToItsEndEndsTheConnection() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/a").send();
            assertThat(client.response(1).status()).isEqualTo(200);
            client.frame(HEADERS, END_HEADERS, 3, 100, new byte[3]).send();
            assertThat(ended(client)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void soDoesAHeadThatDoesNotComeToItsEnd() throws Exception {
        try (RawHttp2 client = connect()) {
            client.await(SETTINGS);
            client.frame(HEADERS, 0, 1, request("GET", "/a")).send();
            assertThat(ended(client)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void aConnectionWithoutRequestsIsEndedThoughPingsCome() throws Exception {
        server.close();
        server = start(Waits.of(FOREVER));
        try (RawHttp2 client = connect()) {
            client.get(1, "/a").send();
            assertThat(client.response(1).status()).isEqualTo(200);
            client.frame(PING, 0, 0, new byte[8]).send();
            assertThat(ended(client)).isEqualTo(NO_ERROR);
        }
    }

    @Test
    void aConnectionThatSaysNothingIsEnded() throws Exception {
        try (RawHttp2 client = RawHttp2.silent(server.port(), shown.certificate())) {
            client.await(SETTINGS); // the handshake is over, which has a deadline of its own
            client.bytes(ascii(PREFACE.substring(0, 5))).send();
            assertThat(ended(client)).isIn(ENHANCE_YOUR_CALM, NO_ERROR); // by what has passed before these bytes are read
        }
    }

    /** The error with which the server ends the connection, while time passes. */
    private int ended(RawHttp2 client) throws Exception {
        Thread passing = Thread.ofVirtual().start(() -> {
            while (!Thread.interrupted()) {
                time.pass(Duration.ofSeconds(1));
            }
        });
        try {
            int error = client.await(GOAWAY).error();
            assertThat(client.ended()).isTrue();
            return error;
        } finally {
            passing.interrupt();
            passing.join();
        }
    }

    @Test
    void aRequestBesideOthersCountsLikeAConnectionAndOneTooManyIsToldSo() throws Exception {
        try (RawHttp2 client = connect()) {
            for (int stream = 1; stream <= 9; stream += 2) { // the connection's own, and four beside it
                client.get(stream, "/wait");
            }
            client.send();
            for (int i = 0; i < 5; i++) {
                assertThat(awaitSeen()).isEqualTo("begun");
            }
            Response full = client.get(11, "/a").send().response(11);
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.headers()).containsEntry("retry-after", "5");
            assertThat(full.body()).contains("reached its limit of connections");
            client.number(RST_STREAM, 3, CANCEL).send();
            assertThat(awaitSeen()).isEqualTo("interrupted");
            Connections.await(() -> servesAnother(client));
        }
    }

    private boolean servesAnother(RawHttp2 client) {
        try {
            next += 2;
            return client.get(next, "/a").send().response(next).status() == 200;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStopTellsTheClientAndTakesNoFurtherRequests() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/wait").send();
            assertThat(awaitSeen()).isEqualTo("begun");
            Thread stop = Thread.ofVirtual().start(() -> server.stop(Duration.ofSeconds(50)));
            Frame farewell = client.await(GOAWAY);
            assertThat(farewell.error()).isEqualTo(NO_ERROR);
            assertThat(farewell.number(0)).isEqualTo(1);
            client.get(3, "/wait").send();
            echo.gate.countDown();
            assertThat(client.response(1).body()).isEqualTo("waited");
            assertThat(client.ended()).isTrue();
            assertThat(stop.join(Duration.ofSeconds(20))).isTrue();
            assertThat(echo.seen).isEmpty();
        }
    }
}
