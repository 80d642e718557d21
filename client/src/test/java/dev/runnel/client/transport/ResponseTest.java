package dev.runnel.client.transport;

import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.transport.Exchanges.PATIENT;
import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static dev.runnel.client.transport.Exchanges.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests as they are sent, and answers as they are read, however they are cut. */
@Timeout(180)
class ResponseTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Transport transport = new SocketTransport();

    @AfterEach
    void stop() {
        transport.close();
    }

    private String answerTo(String response) throws IOException {
        return answerTo("GET", response);
    }

    private String answerTo(String method, String response) throws IOException {
        try (Peer peer = Peer.of(Peer.answering(response));
                Response answer = transport.send(
                        new Transport.Request(method, peer.uri("/"), Map.of(), null, PATIENT))) {
            return answer.status() + " " + body(answer);
        }
    }

    private Response open(Peer peer) throws IOException {
        return transport.send(get(peer.uri("/")));
    }

    // ---- the request

    @Test
    void aRequestIsSentAsItIs() throws Exception {
        String[] seen = new String[1];
        try (Peer peer = Peer.of(line -> {
            seen[0] = line.request();
            line.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        })) {
            byte[] json = "{\"a\":\"ä\"}".getBytes(UTF_8);
            transport.send(new Transport.Request("POST", peer.uri("/v1/x%20y?a=ü"), Map.of("X-A", "b"),
                    Transport.Body.of(json), PATIENT));
            assertThat(seen[0]).startsWith("POST /v1/x%20y?a=%C3%BC HTTP/1.1\r\n")
                    .contains("\r\nHost: 127.0.0.1:" + peer.port() + "\r\n")
                    .contains("\r\nX-A: b\r\n")
                    .contains("\r\nContent-Length: 10\r\n")
                    .endsWith("\r\n\r\n" + new String(json, ISO_8859_1));
        }
    }

    @Test
    void aPostWithoutABodySaysSo() throws Exception {
        String[] seen = new String[1];
        try (Peer peer = Peer.of(line -> {
            seen[0] = line.request();
            line.send("HTTP/1.1 204 No Content\r\n\r\n");
        })) {
            URI root = URI.create("http://127.0.0.1:" + peer.port());
            transport.send(new Transport.Request("POST", root, Map.of(), null, PATIENT));
            assertThat(seen[0]).startsWith("POST / HTTP/1.1\r\n").contains("\r\nContent-Length: 0\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\0b", "€"})
    void aHeaderThatWouldBreakOutOfItsLineIsRefusedAndNotQuoted(String value) throws Exception {
        try (Peer peer = Peer.of()) {
            assertThatThrownBy(() -> transport.send(
                    new Transport.Request("GET", peer.uri("/"), Map.of("Authorization", value), null, PATIENT)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Authorization")
                    .hasMessageNotContaining(value);
            assertThatThrownBy(() -> transport.send(
                    new Transport.Request("GET", peer.uri("/"), Map.of(value, "a"), null, PATIENT)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transport.send(
                    new Transport.Request(value, peer.uri("/"), Map.of(), null, PATIENT)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyHttpAddressesAreUnderstood() {
        assertThatThrownBy(() -> transport.send(get(URI.create("ftp://127.0.0.1/"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- the head

    @Test
    void headersAreFoundWhateverTheirCaseAndFolding() throws Exception {
        String response = "HTTP/1.1 429 Too Many\nRETRY-After :  7 \nX-A: b\r\n  c\r\nX-A: d\r\nContent-Length: 0\r\n\r\n";
        try (Peer peer = Peer.of(Peer.answering("\r\n" + response)); Response answer = open(peer)) {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("retry-after")).contains("7");
            assertThat(answer.header("x-a")).contains("b c");
            assertThat(answer.header("x-b")).isEmpty();
        }
    }

    @Test
    void interimResponsesAreSkipped() throws IOException {
        assertThat(answerTo("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")).isEqualTo("201 ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "\u0015\u0003\u0001\0\u0002\u0002F", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno header\r\n\r\n", "HTTP/1.1 200 OK\r\n: nameless\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le", ""})
    void whatIsNoHttpIsAnError(String response) throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(response);
        })) {
            assertThatThrownBy(() -> open(peer)).isInstanceOf(IOException.class).hasMessageContaining("server");
        }
    }

    @Test
    void anAnswerThatIsNoHttpIsQuoted() throws Exception {
        try (Peer peer = Peer.of(Peer.answering("SSH-2.0-OpenSSH_9.2\0\r\n"))) {
            assertThatThrownBy(() -> open(peer)).hasMessageContaining("SSH-2.0-OpenSSH_9.2?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 ", "HTTP/1.1 200 OK\r\nX-A: ", "HTTP/1.1 200 OK\r\nX-A: b\r\n"})
    void aHeadWithoutEndIsAnError(String start) throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(start);
            while (true) {
                line.send(start.endsWith("\n") ? "X-A: b\r\n" : "x".repeat(1000));
            }
        })) {
            assertThatThrownBy(() -> open(peer)).isInstanceOf(IOException.class).hasMessageContaining("64 KiB");
        }
    }

    // ---- the body

    @Test
    void aBodyEndsAtItsLengthItsLastChunkOrWithTheConnection() throws IOException {
        assertThat(answerTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")).isEqualTo("200 hello");
        assertThat(answerTo("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello")).isEqualTo("200 hello");
        assertThat(answerTo(CHUNKED + "5\r\nhello\r\n0\r\n\r\n")).isEqualTo("200 hello");
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send("HTTP/1.0 200 OK\r\n\r\nhello");
        }); Response answer = open(peer)) {
            assertThat(body(answer)).isEqualTo("hello");
            assertThat(answer.read(new byte[1])).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: Chunked"})
    void chunksMayBeAnnouncedTwice(String headers) throws IOException {
        assertThat(answerTo("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
                .isEqualTo("200 hello");
    }

    @Test
    void aTransferCodingThatChangesNothingIsAsIfItWereNotThere() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n";
        assertThat(answerTo(head + "Content-Length: 5\r\n\r\nhello")).isEqualTo("200 hello");
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(head + "\r\nhello");
        }); Response answer = open(peer)) {
            assertThat(body(answer)).isEqualTo("hello");
        }
    }

    @Test
    void someResponsesHaveNoBodyWhateverTheirHeadersSay() throws IOException {
        assertThat(answerTo("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")).isEqualTo("200 ");
        assertThat(answerTo("HTTP/1.1 204 No Content\r\n\r\n")).isEqualTo("204 ");
        assertThat(answerTo("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")).isEqualTo("304 ");
    }

    @Test
    void chunksHaveExtensionsTrailersAndOddSpelling() throws IOException {
        String head = "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\nContent-Length: 3\r\n\r\n";
        String chunks = "0005;name=\"v\" \r\nhello\r\nA \r\n0123456789\r\n1\n!\n000;last\r\n";
        assertThat(answerTo(head + chunks + "X-T: a\r\nX-U: b\r\n\r\n"))
                .isEqualTo("200 hello0123456789!");
    }

    @Test
    void aResponseIsTheSameWhereverItIsCut() throws Exception {
        String response = CHUNKED + "5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\nX-T: a\r\n\r\n";
        for (int cut = 1; cut < response.length(); cut++) {
            String start = response.substring(0, cut);
            String rest = response.substring(cut);
            try (Peer peer = Peer.of(line -> {
                line.request();
                line.send(start);
                Thread.sleep(1); // so that it is a packet of its own; the answer is the same if not
                line.send(rest);
                line.awaitLeft();
            }); Response answer = open(peer)) {
                assertThat(body(answer)).as("cut at %s", cut).isEqualTo("hello, world");
            }
        }
    }

    @Test
    void aResponseMayComeByteByByte() throws Exception {
        String response = CHUNKED + "5\r\nhello\r\n0\r\n\r\n";
        try (Peer peer = Peer.of(line -> {
            line.request();
            for (int i = 0; i < response.length(); i++) {
                line.send(response.substring(i, i + 1));
            }
            line.awaitLeft();
        }); Response answer = open(peer)) {
            assertThat(body(answer)).isEqualTo("hello");
        }
    }

    @Test
    void oneReadBringsAllTheChunksThatHaveArrived() throws Exception {
        try (Peer peer = Peer.of(Peer.answering(CHUNKED + "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n"));
                Response answer = open(peer)) {
            assertThat(read(answer)).isEqualTo("abcdef");
            assertThat(read(answer)).isEqualTo("the end");
        }
    }

    @Test
    void aReadTakesNoMoreThanItsBufferHoldsAndLeavesTheRest() throws Exception {
        try (Peer peer = Peer.of(Peer.answering(CHUNKED + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"));
                Response answer = open(peer)) {
            byte[] buffer = new byte[4];
            assertThat(answer.read(buffer)).isEqualTo(4);
            assertThat(buffer).asString(UTF_8).isEqualTo("abcd");
            assertThat(read(answer)).isEqualTo("ef");
        }
    }

    @Test
    void aLargeBodyArrivesWhole() throws Exception {
        String part = "0123456789abcdef".repeat(4096);
        String chunk = Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";
        assertThat(answerTo(CHUNKED + chunk.repeat(20) + "0\r\n\r\n")).isEqualTo("200 " + part.repeat(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0"})
    void aBodyThatIsCutOffIsReadAsFarAsItCameAndThenAnError(String headersAndBody) throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send("HTTP/1.1 200 OK\r\n" + headersAndBody);
        }); Response answer = open(peer)) {
            assertThat(read(answer)).isEqualTo("ab");
            assertThatThrownBy(() -> read(answer)).isInstanceOf(IOException.class)
                    .hasMessageContaining("in the middle");
        }
    }

    @Test
    void aResetIsAnErrorEvenIfTheBodyMayEndWithTheConnection() throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send("HTTP/1.1 200 OK\r\n\r\n");
            line.reset();
        })) {
            assertThatThrownBy(() -> body(open(peer))).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: -1\r\n\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "Content-Length: x\r\n\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nx\r\n", "Transfer-Encoding: chunked\r\n\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"})
    void aBodyThatDoesNotSayWhereItEndsIsAnError(String headersAndBody) throws Exception {
        try (Peer peer = Peer.of(Peer.answering("HTTP/1.1 200 OK\r\n" + headersAndBody))) {
            assertThatThrownBy(() -> body(open(peer))).isInstanceOf(IOException.class)
                    .hasMessageContaining("the server sends");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;", "0\r\nX-T: "})
    void whatIsSkippedHasALimit(String start) throws Exception {
        try (Peer peer = Peer.of(line -> {
            line.request();
            line.send(CHUNKED + start);
            while (true) {
                line.send("x".repeat(1000));
            }
        })) {
            assertThatThrownBy(() -> body(open(peer))).isInstanceOf(IOException.class).hasMessageContaining("64 KiB");
        }
    }
}
