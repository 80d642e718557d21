package dev.runnel.server.edge;

import dev.runnel.server.edge.RawHttp2.Frame;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.RandomInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.edge.RawHttp2.ACK;
import static dev.runnel.server.edge.RawHttp2.CONTINUATION;
import static dev.runnel.server.edge.RawHttp2.DATA;
import static dev.runnel.server.edge.RawHttp2.END_HEADERS;
import static dev.runnel.server.edge.RawHttp2.END_STREAM;
import static dev.runnel.server.edge.RawHttp2.GOAWAY;
import static dev.runnel.server.edge.RawHttp2.HEADERS;
import static dev.runnel.server.edge.RawHttp2.PADDED;
import static dev.runnel.server.edge.RawHttp2.PING;
import static dev.runnel.server.edge.RawHttp2.PRIORITY;
import static dev.runnel.server.edge.RawHttp2.PUSH_PROMISE;
import static dev.runnel.server.edge.RawHttp2.RST_STREAM;
import static dev.runnel.server.edge.RawHttp2.SETTINGS;
import static dev.runnel.server.edge.RawHttp2.WINDOW_UPDATE;
import static dev.runnel.server.edge.RawHttp2.block;
import static dev.runnel.server.edge.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

/** Clients that break the rules of HTTP/2, or use them to tire the server: each is told, and the server lives on. */
@Timeout(120)
class Http2AttackTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int REFUSED_STREAM = 7;
    private static final int COMPRESSION_ERROR = 9;
    private static final int ENHANCE_YOUR_CALM = 11;

    private static final int MOST_STREAMS = 256;

    /** More than the budget of frames that bring nothing on. */
    private static final int FLOOD = 1_100;

    @TempDir
    static Path folder;

    private static PemPair shown;

    private final Echo echo = new Echo();
    private final VirtualTime time = new VirtualTime(Instant.EPOCH);
    private HttpServer server;

    @BeforeAll
    static void certify() throws Exception {
        shown = PemPair.make(folder, "server");
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.start(
                HttpSettings.at("127.0.0.1", 0, 2_000, Duration.ofMinutes(1), time)
                        .encryptedWith(new ServerCertificate(shown.certificate(), shown.key())),
                echo, _ -> {});
    }

    /** Whatever was done to it, the server serves others, and keeps nothing of a client that has gone. */
    @AfterEach
    void stop() throws Exception {
        echo.gate.countDown();
        try (RawHttp2 other = connect()) {
            assertThat(other.get(1, "/other").send().response(1).body()).isEqualTo("GET /other ");
        }
        Connections.awaitNone(server);
        server.close();
    }

    private RawHttp2 connect(int... settings) throws IOException {
        return RawHttp2.open(server.port(), shown.certificate(), settings);
    }

    private static Arguments fault(String name, int error, Consumer<RawHttp2> sent) {
        return Arguments.of(name, error, sent);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static void repeat(int times, Runnable action) {
        for (int i = 0; i < times; i++) {
            action.run();
        }
    }

    static Stream<Arguments> faultsOfTheConnection() {
        return Stream.of(
                fault("data on the connection", PROTOCOL_ERROR, c -> c.frame(DATA, 0, 0, bytes(1))),
                fault("a head on the connection", PROTOCOL_ERROR, c -> c.get(0, "/a")),
                fault("a priority of the connection", PROTOCOL_ERROR, c -> c.frame(PRIORITY, 0, 0, new byte[5])),
                fault("an end of the connection's stream", PROTOCOL_ERROR, c -> c.number(RST_STREAM, 0, 8)),
                fault("a head on a stream of the server", PROTOCOL_ERROR, c -> c.get(2, "/a")),
                fault("data on a stream not begun", PROTOCOL_ERROR, c -> c.frame(DATA, 0, 1, bytes(1))),
                fault("an end of a stream not begun", PROTOCOL_ERROR, c -> c.number(RST_STREAM, 1, 8)),
                fault("a window of a stream not begun", PROTOCOL_ERROR, c -> c.number(WINDOW_UPDATE, 1, 8)),
                fault("a stream below the last", STREAM_CLOSED, c -> c.get(3, "/wait").get(1, "/a")),
                fault("a continuation of nothing", PROTOCOL_ERROR,
                        c -> c.frame(CONTINUATION, END_HEADERS, 1, request("GET", "/a"))),
                fault("data within a head", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, 0, 1, request("GET", "/a")).frame(DATA, 0, 1, bytes(1))),
                fault("a continuation of another head", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, 0, 1, request("GET", "/a")).frame(CONTINUATION, END_HEADERS, 3)),
                fault("an extension within a head", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, 0, 1, request("GET", "/a")).frame(77, 0, 0)),
                fault("a promise", PROTOCOL_ERROR, c -> c.frame(PUSH_PROMISE, END_HEADERS, 1, new byte[4])),
                fault("settings of a stream", PROTOCOL_ERROR, c -> c.frame(SETTINGS, 0, 1)),
                fault("half a setting", FRAME_SIZE_ERROR, c -> c.frame(SETTINGS, 0, 0, new byte[5])),
                fault("a receipt with settings", FRAME_SIZE_ERROR, c -> c.frame(SETTINGS, ACK, 0, new byte[6])),
                fault("a setting that is yes or no with 2", PROTOCOL_ERROR, c -> c.settings(2, 2)),
                fault("windows of more than 31 bits", FLOW_CONTROL_ERROR, c -> c.settings(4, Integer.MIN_VALUE)),
                fault("frames of too few bytes", PROTOCOL_ERROR, c -> c.settings(5, 100)),
                fault("windows that overflow", FLOW_CONTROL_ERROR, c -> c.get(1, "/wait")
                        .number(WINDOW_UPDATE, 1, Integer.MAX_VALUE - 65_535).settings(4, 65_536)),
                fault("a ping of seven bytes", FRAME_SIZE_ERROR, c -> c.frame(PING, 0, 0, new byte[7])),
                fault("a ping of a stream", PROTOCOL_ERROR, c -> c.frame(PING, 0, 1, new byte[8])),
                fault("a farewell of a stream", PROTOCOL_ERROR, c -> c.frame(GOAWAY, 0, 1, new byte[8])),
                fault("a window that grows by nothing", PROTOCOL_ERROR, c -> c.number(WINDOW_UPDATE, 0, 0)),
                fault("a window that grows by three bytes of a number", FRAME_SIZE_ERROR,
                        c -> c.frame(WINDOW_UPDATE, 0, 0, new byte[3])),
                fault("a window that overflows", FLOW_CONTROL_ERROR,
                        c -> c.number(WINDOW_UPDATE, 0, Integer.MAX_VALUE)),
                fault("a frame that is too long", FRAME_SIZE_ERROR, c -> c.frame(DATA, 0, 1, 16_385, new byte[100])),
                fault("more padding than payload", PROTOCOL_ERROR,
                        c -> c.post(1, "/a").frame(DATA, PADDED, 1, bytes(9, 1, 2, 3))),
                fault("padding without a length", FRAME_SIZE_ERROR,
                        c -> c.post(1, "/a").frame(DATA, PADDED, 1)),
                fault("an index of no field", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, bytes(0xff, 0x7f))),
                fault("a text longer than its block", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, bytes(0, 5, 'a'))),
                fault("a table that is too large", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, bytes(0x3f, 0xff, 0x7f))),
                fault("a flood of pings", ENHANCE_YOUR_CALM,
                        c -> repeat(FLOOD, () -> c.frame(PING, 0, 0, new byte[8]))),
                fault("a flood of settings", ENHANCE_YOUR_CALM, c -> repeat(FLOOD, () -> c.settings(4, 65_535))),
                fault("a flood of priorities", ENHANCE_YOUR_CALM,
                        c -> repeat(FLOOD, () -> c.frame(PRIORITY, 0, 1, new byte[5]))),
                fault("a flood of extensions", ENHANCE_YOUR_CALM, c -> repeat(FLOOD, () -> c.frame(99, 0, 0))),
                fault("a flood of empty data", ENHANCE_YOUR_CALM, c -> {
                    c.post(1, "/a");
                    repeat(FLOOD, () -> c.frame(DATA, 0, 1));
                }),
                fault("a head of endless empty frames", ENHANCE_YOUR_CALM, c -> {
                    c.frame(HEADERS, 0, 1, request("GET", "/a"));
                    repeat(FLOOD, () -> c.frame(CONTINUATION, 0, 1));
                }),
                fault("a head of endless full frames", ENHANCE_YOUR_CALM, c -> {
                    c.frame(HEADERS, 0, 1, request("GET", "/a"));
                    repeat(5, () -> c.frame(CONTINUATION, 0, 1, new byte[16_000]));
                }),
                fault("requests that are ended at once", ENHANCE_YOUR_CALM, c -> {
                    for (int stream = 1; stream < 2 * FLOOD; stream += 2) {
                        c.get(stream, "/wait").number(RST_STREAM, stream, 8);
                    }
                }),
                fault("requests that the server has to end", ENHANCE_YOUR_CALM, c -> {
                    for (int stream = 1; stream < 2 * FLOOD; stream += 2) {
                        c.get(stream, "/wait").number(WINDOW_UPDATE, stream, 0);
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfTheConnection")
    void aFaultOfTheConnectionIsNamedAndEndsIt(String name, int error, Consumer<RawHttp2> sent) throws IOException {
        try (RawHttp2 client = connect()) {
            sent.accept(client);
            client.send();
            assertThat(client.await(GOAWAY).error()).as(name).isEqualTo(error);
            assertThat(client.ended()).isTrue();
        }
    }

    static Stream<Arguments> faultsOfAStream() {
        return Stream.of(
                fault("data behind the end", STREAM_CLOSED, c -> c.get(1, "/wait").frame(DATA, 0, 1, bytes(1))),
                fault("a second head behind the end", STREAM_CLOSED, c -> c.get(1, "/wait").post(1, "/a")),
                fault("a head in the middle of a body", PROTOCOL_ERROR, c -> c.post(1, "/wait").post(1, "/a")),
                fault("a head's first lines as a trailer", PROTOCOL_ERROR, c -> c.post(1, "/wait").get(1, "/a")),
                fault("a window that grows by nothing", PROTOCOL_ERROR,
                        c -> c.get(1, "/wait").number(WINDOW_UPDATE, 1, 0)),
                fault("a window that overflows", FLOW_CONTROL_ERROR,
                        c -> c.get(1, "/wait").number(WINDOW_UPDATE, 1, Integer.MAX_VALUE)),
                fault("a body longer than announced", PROTOCOL_ERROR,
                        c -> c.post(1, "/wait", "content-length", "3").frame(DATA, 0, 1, new byte[4])),
                fault("a body shorter than announced", PROTOCOL_ERROR,
                        c -> c.post(1, "/wait", "content-length", "3").frame(DATA, END_STREAM, 1, new byte[2])),
                fault("a body beyond the window", FLOW_CONTROL_ERROR, c -> {
                    c.post(1, "/wait");
                    repeat(17, () -> c.frame(DATA, 0, 1, new byte[16 * 1024]));
                }),
                fault("a priority of four bytes", FRAME_SIZE_ERROR,
                        c -> c.get(1, "/wait").frame(PRIORITY, 0, 1, new byte[4])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfAStream")
    void aFaultOfAStreamEndsItAlone(String name, int error, Consumer<RawHttp2> sent) throws IOException {
        try (RawHttp2 client = connect()) {
            sent.accept(client);
            client.get(5, "/beside").send();
            Frame reset = client.await(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(1);
            assertThat(reset.error()).as(name).isEqualTo(error);
            assertThat(client.get(7, "/behind").send().response(7).body()).isEqualTo("GET /behind ");
        }
    }

    static Stream<Arguments> heads() {
        String[] usual = {":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/a"};
        return Stream.of(
                Arguments.of("no method", 400, block(":scheme", "https", ":authority", "x", ":path", "/a")),
                Arguments.of("no path", 400, block(":method", "GET", ":scheme", "https", ":authority", "x")),
                Arguments.of("an empty path", 400, request("GET", "")),
                Arguments.of("a path that is none", 400, request("GET", "a")),
                Arguments.of("a path with a blank", 400, request("GET", "/a b")),
                Arguments.of("no scheme", 400, block(":method", "GET", ":authority", "x", ":path", "/a")),
                Arguments.of("no host", 400, block(":method", "GET", ":scheme", "https", ":path", "/a")),
                Arguments.of("two hosts", 400, request("GET", "/a", "host", "elsewhere")),
                Arguments.of("a user in the host", 400,
                        block(":method", "GET", ":scheme", "https", ":authority", "a@b", ":path", "/a")),
                Arguments.of("two paths", 400, block(":method", "GET", ":scheme", "https", ":authority", "x",
                        ":path", "/a", ":path", "/b")),
                Arguments.of("a status", 400, request("GET", "/a", ":status", "200")),
                Arguments.of("a path behind a header", 400, block(":method", "GET", ":scheme", "https",
                        ":authority", "x", "a", "b", ":path", "/a")),
                Arguments.of("a name in upper case", 400, request("GET", "/a", "X-A", "b")),
                Arguments.of("an empty name", 400, request("GET", "/a", "", "b")),
                Arguments.of("a name with a blank", 400, request("GET", "/a", "a b", "b")),
                Arguments.of("a value with a line's end", 400, request("GET", "/a", "a", "b\r\nc: d")),
                Arguments.of("a value with a zero byte", 400, request("GET", "/a", "a", "b\0")),
                Arguments.of("a value with a blank before it", 400, request("GET", "/a", "a", " b")),
                Arguments.of("connection", 400, request("GET", "/a", "connection", "close")),
                Arguments.of("transfer-encoding", 400, request("GET", "/a", "transfer-encoding", "chunked")),
                Arguments.of("te that is not trailers", 400, request("GET", "/a", "te", "gzip")),
                Arguments.of("a length without a body", 400, request("GET", "/a", "content-length", "3")),
                Arguments.of("a length that is no number", 400, request("GET", "/a", "content-length", "-1")),
                Arguments.of("a method with a blank", 400, request("GE T", "/a")),
                Arguments.of("a path that is too long", 414, request("GET", "/" + "a".repeat(16 * 1024))),
                Arguments.of("too many headers", 431, manyHeaders(usual)));
    }

    private static byte[] manyHeaders(String[] usual) {
        List<String> fields = new ArrayList<>(List.of(usual));
        for (int i = 0; i < 200; i++) {
            fields.add("a");
            fields.add("b");
        }
        return block(fields.toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void aHeadThatBreaksARuleIsAnsweredInWords(String name, int status, byte[] block) throws IOException {
        try (RawHttp2 client = connect()) {
            int first = Math.min(block.length, 16 * 1024);
            client.frame(HEADERS, END_STREAM | (first == block.length ? END_HEADERS : 0), 1,
                    Arrays.copyOf(block, first));
            if (first < block.length) {
                client.frame(CONTINUATION, END_HEADERS, 1, Arrays.copyOfRange(block, first, block.length));
            }
            RawHttp2.Response response = client.send().response(1);
            assertThat(response.status()).as(name).isEqualTo(status);
            assertThat(response.body()).isNotEmpty();
            assertThat(client.get(3, "/behind").send().response(3).body()).isEqualTo("GET /behind ");
        }
    }

    @Test
    void aSmallBlockThatStandsForMegabytesIsRefusedAndTheTableStaysRight() throws IOException {
        try (RawHttp2 client = connect()) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(request("GET", "/a"));
            bomb.write(0x40); // a new field of the table
            bomb.writeBytes(Arrays.copyOfRange(block("a", "b".repeat(3_000)), 1, 3_005));
            for (int i = 0; i < 10_000; i++) {
                bomb.write(0x80 | 62);
            }
            client.frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb.toByteArray()).send();
            assertThat(client.response(1).status()).isEqualTo(431);
            ByteArrayOutputStream next = new ByteArrayOutputStream();
            next.writeBytes(request("GET", "/b"));
            next.write(0x80 | 62);
            client.frame(HEADERS, END_HEADERS | END_STREAM, 3, next.toByteArray()).send();
            assertThat(client.response(3).body()).isEqualTo("GET /b ");
        }
    }

    @Test
    void aStreamTooManyIsRefusedAndTheOthersGoOn() throws Exception {
        try (RawHttp2 client = connect()) {
            for (int i = 0; i <= MOST_STREAMS; i++) {
                client.get(2 * i + 1, "/wait");
            }
            client.send();
            Frame reset = client.await(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(2 * MOST_STREAMS + 1);
            assertThat(reset.error()).isEqualTo(REFUSED_STREAM);
            for (int i = 0; i < MOST_STREAMS; i++) {
                assertThat(echo.seen.take()).isEqualTo("begun");
            }
            echo.gate.countDown();
            int ends = 0;
            while (ends < MOST_STREAMS) {
                ends += client.await(DATA).has(END_STREAM) ? 1 : 0;
            }
            assertThat(client.get(1_001, "/again").send().response(1_001).body()).isEqualTo("GET /again ");
        }
    }

    @Test
    void aClientThatSendsPingsAndReadsNothingIsCutOff() throws Exception {
        try (RawHttp2 client = connect()) {
            client.get(1, "/wait").send();
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
            while (server.connections() > 0) {
                repeat(90, () -> client.frame(PING, 0, 0, new byte[8]));
                client.send();
                time.pass(Duration.ofSeconds(1)); // slowly enough for the budget of pings
            }
        } catch (SocketException | SSLException e) {
            assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|closed|abort).*");
        }
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void whateverComesTheServerLivesOn() {
        RandomInput.forAll(60, random -> {
            try (RawHttp2 client = connect()) {
                random.list(1, 30, () -> client.frame(random.between(0, 10), random.between(0, 63),
                        random.between(0, 5), random.chance(0.3) ? request("POST", "/stream") : payload(random)));
                client.send();
            } catch (SocketException | SSLException e) {
                assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|closed|abort).*");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static byte[] payload(RandomInput random) {
        List<Integer> values = random.list(0, 40, () -> random.between(0, 255));
        return bytes(values.stream().mapToInt(Integer::intValue).toArray());
    }
}
