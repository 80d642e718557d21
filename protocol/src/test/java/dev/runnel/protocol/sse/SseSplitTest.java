package dev.runnel.protocol.sse;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** However the network cuts a stream, the events are the same, and they are those of the standard. */
class SseSplitTest {
    /** Every kind of line, every kind of line end, characters of one to four bytes, and no blank line at the end. */
    private static final byte[] RICH = String.join("",
            "\uFEFF: a comment\n\n", "event: first\r\ndata: {\"a\":\r\ndata:1}\r\nid: 1\r\n\r\n",
            "event: öffnen\rdata: grüße €\rretry: 5\r\r", "id: 2\0\ndata\ndata:  two\n\n", ": ping\n",
            "id\nevent\ndata: 🙂\n\n", "\r\n\n", "foo: bar\nid: last\ndata: [DONE]").getBytes(UTF_8);

    @Example
    void theSampleHoldsWhatItIsMeantToHold() {
        assertThat(Seen.parse(RICH, List.of())).containsExactly(
                new Seen("first", "{\"a\":\n1}", "1"),
                new Seen("öffnen", "grüße €", "1"),
                new Seen("message", "\n two", "1"),
                new Seen("message", "🙂", ""),
                new Seen("message", "[DONE]", "last"));
        assertThat(SseReference.parse(RICH)).isEqualTo(Seen.parse(RICH, List.of()));
    }

    @Example
    void everySplitInTwoGivesTheSameEvents() {
        for (int at = 0; at <= RICH.length; at++) {
            assertThat(Seen.parse(RICH, List.of(at))).as("cut at %d", at).isEqualTo(SseReference.parse(RICH));
        }
    }

    @Example
    void byteByByteGivesTheSameEvents() {
        List<Integer> everywhere = IntStream.range(0, RICH.length).boxed().toList();
        assertThat(Seen.parse(RICH, everywhere)).isEqualTo(SseReference.parse(RICH));
    }

    @Property
    void anySplitGivesTheSameEvents(@ForAll @Size(max = 30) List<@IntRange(max = 10_000) Integer> cuts) {
        assertThat(Seen.parse(RICH, within(RICH, cuts))).isEqualTo(SseReference.parse(RICH));
    }

    @Property(tries = 3000)
    void anyStreamIsReadAsTheStandardSays(
            @ForAll("streams") String stream, @ForAll @Size(max = 10) List<@IntRange(max = 10_000) Integer> cuts) {
        byte[] bytes = stream.getBytes(UTF_8);
        assertThat(Seen.parse(bytes, within(bytes, cuts))).isEqualTo(SseReference.parse(bytes));
    }

    @Property
    void theLimitIsReachedAtTheSameEventHoweverTheStreamIsCut(
            @ForAll("streams") String stream, @ForAll @Size(max = 10) List<@IntRange(max = 10_000) Integer> cuts,
            @ForAll @IntRange(min = 1, max = 60) int limit) {
        byte[] bytes = stream.getBytes(UTF_8);
        assertThat(limited(bytes, within(bytes, cuts), limit)).isEqualTo(limited(bytes, List.of(), limit));
    }

    private static Object limited(byte[] stream, List<Integer> cuts, int limit) {
        try {
            return Seen.parse(new SseParser(limit), stream, cuts);
        } catch (SseLimitException e) {
            return "too large";
        }
    }

    @Provide
    Arbitrary<String> streams() {
        return Arbitraries.of(
                "data", "data:", "data: ", "data: x", "event", "event: ", "event:a", "id", "id: ", "id:1", "retry: 3",
                ":", ": comment", " ", "x", "\0", "é", "€", "🙂", "\uFEFF", "\n", "\n", "\r\n", "\r", "\n\n", "\r\r")
                .list().ofMaxSize(40).map(tokens -> String.join("", tokens));
    }

    private static List<Integer> within(byte[] stream, List<Integer> cuts) {
        List<Integer> sorted = new ArrayList<>();
        cuts.forEach(cut -> sorted.add(cut % (stream.length + 1)));
        sorted.sort(null);
        return sorted;
    }
}
