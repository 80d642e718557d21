package dev.runnel.protocol.sse;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.runnel.testkit.RandomInput;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** However the network cuts a stream, the events are the same, and they are those of the standard. */
class SseSplitTest {
    /** Every kind of line, every kind of line end, characters of one to four bytes, and no blank line at the end. */
    private static final byte[] RICH = String.join("",
            "\uFEFF: a comment\n\n", "event: first\r\ndata: {\"a\":\r\ndata:1}\r\nid: 1\r\n\r\n",
            "event: öffnen\rdata: grüße €\rretry: 5\r\r", "id: 2\0\ndata\ndata:  two\n\n", ": ping\n",
            "id\nevent\ndata: 🙂\n\n", "\r\n\n", "foo: bar\nid: last\ndata: [DONE]").getBytes(UTF_8);

    @Test
    void theSampleHoldsWhatItIsMeantToHold() {
        assertThat(Seen.parse(RICH, List.of())).containsExactly(
                new Seen("first", "{\"a\":\n1}", "1"),
                new Seen("öffnen", "grüße €", "1"),
                new Seen("message", "\n two", "1"),
                new Seen("message", "🙂", ""),
                new Seen("message", "[DONE]", "last"));
        assertThat(SseReference.parse(RICH)).isEqualTo(Seen.parse(RICH, List.of()));
    }

    @Test
    void everySplitInTwoGivesTheSameEvents() {
        for (int at = 0; at <= RICH.length; at++) {
            assertThat(Seen.parse(RICH, List.of(at))).as("cut at %d", at).isEqualTo(SseReference.parse(RICH));
        }
    }

    @Test
    void byteByByteGivesTheSameEvents() {
        List<Integer> everywhere = IntStream.range(0, RICH.length).boxed().toList();
        assertThat(Seen.parse(RICH, everywhere)).isEqualTo(SseReference.parse(RICH));
    }

    @Test
    void anySplitGivesTheSameEvents() {
        RandomInput.forAll(1_000, random -> {
            List<Integer> cuts = cuts(random, RICH, 30);
            assertThat(Seen.parse(RICH, cuts)).as("cut at %s", cuts).isEqualTo(SseReference.parse(RICH));
        });
    }

    @Test
    void anyStreamIsReadAsTheStandardSays() {
        RandomInput.forAll(3_000, random -> {
            String stream = stream(random);
            byte[] bytes = stream.getBytes(UTF_8);
            List<Integer> cuts = cuts(random, bytes, 10);
            assertThat(Seen.parse(bytes, cuts)).as("%s cut at %s", TextNode.valueOf(stream), cuts)
                    .isEqualTo(SseReference.parse(bytes));
        });
    }

    @Test
    void theLimitIsReachedAtTheSameEventHoweverTheStreamIsCut() {
        RandomInput.forAll(1_000, random -> {
            String stream = stream(random);
            byte[] bytes = stream.getBytes(UTF_8);
            List<Integer> cuts = cuts(random, bytes, 10);
            int limit = random.between(1, 60);
            assertThat(limited(bytes, cuts, limit)).as("%s cut at %s", TextNode.valueOf(stream), cuts)
                    .isEqualTo(limited(bytes, List.of(), limit));
        });
    }

    private static Object limited(byte[] stream, List<Integer> cuts, int limit) {
        try {
            return Seen.parse(new SseParser(limit), stream, cuts);
        } catch (SseLimitException e) {
            return "too large";
        }
    }

    private static String stream(RandomInput random) {
        return String.join("", random.list(0, 40, () -> random.of(
                "data", "data:", "data: ", "data: x", "event", "event: ", "event:a", "id", "id: ", "id:1", "retry: 3",
                ":", ": comment", " ", "x", "\0", "é", "€", "🙂", "\uFEFF", "\n", "\n", "\r\n", "\r", "\n\n", "\r\r")));
    }

    private static List<Integer> cuts(RandomInput random, byte[] stream, int most) {
        List<Integer> cuts = random.list(0, most, () -> random.between(0, stream.length));
        cuts.sort(null);
        return cuts;
    }
}
