package dev.runnel.server.edge;

import dev.runnel.server.edge.wire.HeadRules;
import dev.runnel.testkit.RandomInput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/** Properties that hold for all inputs, however they are spoilt and in whichever pieces they come. */
@Timeout(60)
class HttpFuzzTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private static final List<String> REQUESTS = List.of(
            "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "\r\nPOST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n",
            "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
            "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
            "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

    private static final List<String> SPOILT = List.of(
            "\r", "\n", "\r\n", "\r\n\r\n", "\u0000", " ", "\t", ":", ";", ",", "0", "7fffffff", "ffffffffffffffff",
            "-1",
            "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "HTTP/1.0",
            "HTTP/2.0",
            "\u00ff", "%", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String spoilt(RandomInput random) {
        StringBuilder text = new StringBuilder(String.join("", random.list(1, 4, () -> random.of(REQUESTS))));
        for (int changes = random.between(0, 6); changes > 0; changes--) {
            int at = random.between(0, text.length());
            int end = Math.min(text.length(), at + random.between(0, 8));
            switch (random.between(0, 3)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> text.insert(at, random.of(SPOILT));
                default -> text.replace(at, end, random.of(SPOILT));
            }
        }
        return text.toString();
    }

    private static List<byte[]> pieces(RandomInput random, byte[] all) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < all.length;) {
            int end = Math.min(all.length, at + random.between(1, 40));
            pieces.add(Arrays.copyOfRange(all, at, end));
            at = end;
        }
        return pieces;
    }

    @Test
    void noInputIsAFaultOfTheServersAndThePiecesItComesInChangeNothing() {
        assertTimeoutPreemptively(Duration.ofSeconds(50), () -> RandomInput.forAll(3_000, random -> {
            byte[] all = bytes(spoilt(random));
            String answers = MemorySocket.answers(List.of(all));

            assertThat(STATUS.matcher(answers).results().map(status -> status.group(1)))
                    .isSubsetOf("100", "200", "400", "501", "505");
            assertThat(MemorySocket.answers(pieces(random, all))).isEqualTo(answers);
        }));
    }

    @Test
    void whereverTheInputIsCutTheAnswersAreTheSame() {
        byte[] all = bytes(String.join("", REQUESTS));
        String answers = MemorySocket.answers(List.of(all));
        assertThat(STATUS.matcher(answers).results()).hasSizeGreaterThan(4);

        for (int cut = 1; cut < all.length; cut++) {
            assertThat(MemorySocket.answers(List.of(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length))))
                    .as("cut at %d", cut).isEqualTo(answers);
        }
        List<byte[]> single = new ArrayList<>();
        for (byte b : all) {
            single.add(new byte[] {b});
        }
        assertThat(MemorySocket.answers(single)).isEqualTo(answers);
    }

    @Test
    void aLimitIsTheSameInWhicheverPiecesALineComes() {
        for (int length : new int[] {HeadRules.MAX_TARGET, HeadRules.MAX_TARGET + 1}) {
            String line = "GET /" + "x".repeat(length - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n";
            byte[] all = bytes(REQUESTS.get(1).replace("hello", "hello" + line + "Host: x\r\n\r\n"));
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < all.length; at += 700) {
                pieces.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + 700)));
            }
            ByteArrayOutputStream large = new ByteArrayOutputStream();
            large.writeBytes(bytes("GET /a HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(60_000) + "\r\n\r\n"));
            large.writeBytes(all); // is read into a buffer that has grown

            String expected = length == HeadRules.MAX_TARGET ? "200" : "414";
            for (List<byte[]> input : List.of(List.of(all), pieces, List.of(large.toByteArray()))) {
                assertThat(
                        STATUS.matcher(MemorySocket.answers(input)).results().map(status -> status.group(1)).toList())
                        .last().isEqualTo(expected);
            }
        }
    }
}
