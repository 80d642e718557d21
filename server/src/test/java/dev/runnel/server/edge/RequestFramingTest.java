package dev.runnel.server.edge;

import dev.runnel.server.edge.RawSocket.Response;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.wire.Handling;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Which bytes are a request, which are not, and what is made of what follows them. */
@Timeout(60)
class RequestFramingTest {
    private static final String HOST = "Host: x\r\n";
    private static final String CHUNKED = "POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";

    /** The request that follows each input: it is answered if the connection is still in step. */
    private static final String NEXT = "GET /next HTTP/1.1\r\n" + HOST + "\r\n";

    private final Echo echo = new Echo();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(HttpSettings.at("127.0.0.1", 0, 100, Duration.ofSeconds(60), SystemTimers.get()),
                echo,
                _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<Response> exchange(String bytes) throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send(bytes);
            wire.end();
            return wire.rest();
        }
    }

    private static String post(String headers, String body) {
        return "POST /a HTTP/1.1\r\n" + HOST + headers + "\r\n" + body;
    }

    private static String get(String headers) {
        return "GET /a HTTP/1.1\r\n" + HOST + headers + "\r\n";
    }

    static Stream<Arguments> legal() {
        return Stream.of(
                arguments("no body", get(""), "GET /a "),
                arguments("a body of a told length", post("Content-Length: 3\r\n", "abc"), "POST /a abc"),
                arguments("an empty body", post("Content-Length: 0\r\n", ""), "POST /a "),
                arguments("chunks", CHUNKED + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", "POST /a abcd"),
                arguments("the coding's name in other letters",
                        post("transfer-encoding: CHUNKED\r\n", "1\r\na\r\n0\r\n\r\n"), "POST /a a"),
                arguments("a chunk extension", CHUNKED + "3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n", "POST /a abc"),
                arguments("white space before it", CHUNKED + "3 \t;a\r\nabc\r\n0\r\n\r\n", "POST /a abc"),
                arguments("a size with zeros before it", CHUNKED + "0003\r\nabc\r\n000\r\n\r\n", "POST /a abc"),
                arguments("trailers", CHUNKED + "3\r\nabc\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n", "POST /a abc"),
                arguments("empty lines before the request", "\r\n\r\n" + get(""), "GET /a "),
                arguments("an absolute target", "GET http://other:80/b?q HTTP/1.1\r\n" + HOST + "\r\n", "GET /b "),
                arguments("one without a path", "GET HTTP://other?q HTTP/1.1\r\n" + HOST + "\r\n", "GET / "),
                arguments("a whole server", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n", "OPTIONS * "),
                arguments("an empty header", get("X-Empty:\r\nY: \t\r\n"), "GET /a "),
                arguments("a header of 60 KB", get("X: " + "x".repeat(60_000) + "\r\n"), "GET /a "),
                arguments("200 headers", get("X: y\r\n".repeat(199)), "GET /a "),
                arguments("a target of 16 KB", "GET /" + "x".repeat(16_000) + " HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET /" + "x".repeat(16_000) + " "),
                arguments("a body that nobody wants", "POST /unread HTTP/1.1\r\n" + HOST
                        + "Content-Length: 60000\r\n\r\n" + "x".repeat(60_000), "unread"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("legal")
    void whatIsLegalIsServedAndTheNextRequestToo(String name, String bytes, String body) throws IOException {
        assertThat(exchange(bytes + NEXT)).extracting(Response::body).containsExactly(body, "GET /next ");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("nothing of HTTP", 400, "hello\r\n\r\n"),
                arguments("HTTP/0.9", 400, "GET /\r\n"),
                arguments("prior knowledge of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                arguments("another version", 505, "GET / HTTP/1.7\r\n\r\n"),
                arguments("a version that is none", 400, "GET / HTTP/one\r\n\r\n"),
                arguments("a greeting of TLS", 400, "\u0016\u0003\u0001\u0000\u00f1\u0001\u0000\r\n"),
                arguments("three empty lines", 400, "\r\n\r\n\r\n" + get("")),
                arguments("a bare LF after the request line", 400, "GET / HTTP/1.1\nHost: x\r\n\r\n"),
                arguments("a bare LF after a header", 400, "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"),
                arguments("a bare CR in a header", 400, get("A: b\rC: d\r\n")),
                arguments("a zero byte", 400, get("A: b\u0000c\r\n")),
                arguments("a control character", 400, get("A: b\u000bc\r\n")),
                arguments("a method that is no token", 400, "GE\u0001T / HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a space too many", 400, "GET  / HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a target that is no path", 400, "GET a HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a target of another scheme", 400, "GET ftp://x/a HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a tunnel", 400, "CONNECT x:443 HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("letters that must be encoded", 400, "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
                arguments("two hosts", 400, get("Host: y\r\n")),
                arguments("a folded header", 400, get("A: b\r\n c\r\n")),
                arguments("a space before the colon", 400, get("A : b\r\n")),
                arguments("a header without a name", 400, get(": b\r\n")),
                arguments("a header without a colon", 400, get("Abc\r\n")),
                arguments("a target that is too long", 414, "GET /" + "x".repeat(17_000) + " HTTP/1.1\r\n"),
                arguments("a header that is too long", 431, get("X: " + "x".repeat(66_000) + "\r\n")),
                arguments("too many headers", 431, get("X: y\r\n".repeat(201))),
                arguments("headers that are too long together", 431,
                        get(("X: " + "x".repeat(1_000) + "\r\n").repeat(66))),
                arguments("both lengths and chunks", 400,
                        post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                arguments("two lengths", 400, post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
                arguments("a list of lengths", 400, post("Content-Length: 3, 3\r\n", "abc")),
                arguments("a length with a sign", 400, post("Content-Length: +3\r\n", "abc")),
                arguments("a negative length", 400, post("Content-Length: -3\r\n", "abc")),
                arguments("a length that overflows", 400, post("Content-Length: 99999999999999999999\r\n", "abc")),
                arguments("an unknown coding", 400, post("Transfer-Encoding: identity\r\n", "abc")),
                arguments("a coding before chunks", 501, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
                arguments("a letter that only looks like one of the coding's", 501,
                        post("Transfer-Encoding: chun\u00e2\u0084\u00aaed\r\n", "0\r\n\r\n")),
                arguments("chunks twice", 501,
                        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                arguments("chunks in HTTP/1.0", 400,
                        "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("a chunk size that is none", 400, CHUNKED + "xyz\r\nabc\r\n0\r\n\r\n"),
                arguments("a chunk size of C's", 400, CHUNKED + "0x3\r\nabc\r\n0\r\n\r\n"),
                arguments("a negative chunk size", 400, CHUNKED + "-3\r\nabc\r\n0\r\n\r\n"),
                arguments("a chunk size that overflows", 400, CHUNKED + "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n"),
                arguments("a chunk size with a space", 400, CHUNKED + "3 \r\nabc\r\n0\r\n\r\n"),
                arguments("a chunk that is longer than it says", 400, CHUNKED + "3\r\nabcd\r\n0\r\n\r\n"),
                arguments("a chunk line that ends with LF", 400, CHUNKED + "3\nabc\r\n0\r\n\r\n"),
                arguments("a chunk that ends with LF", 400, CHUNKED + "3\r\nabc\n0\r\n\r\n"),
                arguments("an extension with a LF", 400, CHUNKED + "3;a\nb\r\nabc\r\n0\r\n\r\n"),
                arguments("an extension that is too long", 400,
                        CHUNKED + "3;" + "x".repeat(5_000) + "\r\nabc\r\n0\r\n\r\n"),
                arguments("extensions that are too long together", 400,
                        CHUNKED + ("1;" + "x".repeat(4_000) + "\r\na\r\n").repeat(20) + "0\r\n\r\n"),
                arguments("trailers that are too long", 431,
                        CHUNKED + "0\r\n" + ("X: " + "x".repeat(1_000) + "\r\n").repeat(20) + "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void whatIsNotIsRefusedOnceAndNothingBehindItIsServed(String name, int status, String bytes) throws IOException {
        assertThat(exchange(bytes + NEXT)).singleElement().satisfies(response -> {
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.headers()).containsEntry("connection", "close");
        });
    }

    @Test
    void aHeadIsAnsweredAsAGetWithoutTheBodyWhateverItsFraming() throws IOException {
        String all = exchangeRaw(
                "HEAD /a HTTP/1.1\r\n" + HOST + "\r\nHEAD /stream HTTP/1.1\r\n" + HOST + "\r\n" + NEXT);

        assertThat(all).contains("Content-Length: 8\r\n", "Transfer-Encoding: chunked\r\n", "GET /next ")
                .doesNotContain("HEAD /a", "\r\n\r\nHEAD", "abc");
        assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    }

    private static String exchangeRaw(String bytes) {
        return MemorySocket.answers(List.of(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void http10IsAnsweredAndKeptOnlyIfItAsks() throws IOException {
        assertThat(exchange("GET /a HTTP/1.0\r\n\r\n" + NEXT)).singleElement().satisfies(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).containsEntry("connection", "close");
        });
        assertThat(exchange("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + NEXT)).hasSize(2).first()
                .satisfies(response -> assertThat(response.headers()).containsEntry("connection", "keep-alive"));
    }

    @Test
    void aStreamEndsWithItsConnectionForHttp10() throws IOException {
        assertThat(exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + NEXT)).singleElement()
                .satisfies(response -> {
                    assertThat(response.headers()).containsEntry("connection", "close")
                            .doesNotContainKeys("transfer-encoding", "content-length");
                    assertThat(response.body()).isEqualTo("abc");
                });
    }

    @Test
    void leaveToSendABodyIsGivenWhenItIsReadAndOnlyThen() throws IOException {
        String expecting = "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n";
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("POST /a HTTP/1.1\r\n" + HOST + expecting);
            assertThat(wire.next().orElseThrow().status()).isEqualTo(100);
            wire.send("abc");
            assertThat(wire.next().orElseThrow().body()).isEqualTo("POST /a abc");

            wire.send("POST /unread HTTP/1.1\r\n" + HOST + expecting);
            assertThat(wire.next().orElseThrow()).satisfies(response -> {
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.headers()).containsEntry("connection", "close");
            });
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void aRefusalReachesAClientThatIsStillSending() throws IOException {
        try (RawSocket wire = new RawSocket(server.port())) {
            wire.send("POST /unread HTTP/1.1\r\n" + HOST + "Content-Length: 20000000\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                wire.send("x".repeat(1_000_000));
            }
            assertThat(wire.rest()).singleElement().satisfies(
                    response -> assertThat(response.headers()).containsEntry("connection", "close"));
        }
    }

    @Test
    void aRequestThatBreaksOffGetsNoAnswer() throws IOException {
        assertThat(exchange("GET /a HT")).isEmpty();
        assertThat(exchange("GET /a HTTP/1.1\r\nHost: x\r\n")).isEmpty();
    }

    @Test
    void aFaultOfAHandlersIsA500OnceAndTheServerGoesOn() throws IOException {
        try (LogLines log = LogLines.of(Handling.class)) {
            assertThat(exchange("GET /fault HTTP/1.1\r\n" + HOST + "\r\n" + NEXT)).extracting(Response::status)
                    .containsExactly(500);
            assertThat(log.lines()).singleElement().asString().startsWith("SEVERE: a handler failed");
        }
        assertThat(exchange(NEXT)).extracting(Response::status).containsExactly(200);
    }
}
