package dev.runnel.protocol.sse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SseParserTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyLineEndOfTheStandardEndsALine(String end) {
        String stream = String.join(end, "event: greeting", "data: hi", "id: 7", "", "data: there", "", "");
        assertThat(Seen.parse(stream)).containsExactly(
                new Seen("greeting", "hi", "7"), new Seen("message", "there", "7"));
    }

    @Test
    void aByteOrderMarkAtTheStartIsSkipped() {
        assertThat(Seen.parse("\uFEFFdata: x\n\n")).containsExactly(new Seen("message", "x", null));
    }

    @Test
    void aByteOrderMarkElsewhereIsPartOfTheLine() {
        assertThat(Seen.parse("data: \uFEFFx\n\n\uFEFFdata: y\n\n"))
                .containsExactly(new Seen("message", "\uFEFFx", null));
    }

    @Test
    void commentsAndUnknownFieldsSayNothing() {
        assertThat(Seen.parse(": OPENROUTER PROCESSING\n\n:\nretry: 10\nfoo: bar\ndata\n\n"))
                .containsExactly(new Seen("message", "", null));
    }

    @Test
    void dataLinesAreJoinedByLineFeeds() {
        assertThat(Seen.parse("data: {\ndata:\ndata: }\n\n")).containsExactly(new Seen("message", "{\n\n}", null));
    }

    @Test
    void onlyOneSpaceAfterTheColonIsDropped() {
        assertThat(Seen.parse("data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n")).extracting(Seen::data)
                .containsExactly("a", "b", " c", "\td");
    }

    @Test
    void aBlockWithoutDataIsNoEventAndItsTypeIsForgotten() {
        assertThat(Seen.parse("event: lost\n\ndata: x\n\n")).containsExactly(new Seen("message", "x", null));
    }

    @Test
    void theTypeHoldsForOneEventTheIdForAllThatFollow() {
        assertThat(Seen.parse("event: a\nid: 1\ndata: x\n\ndata: y\n\nid: 2\n\ndata: z\n\n")).containsExactly(
                new Seen("a", "x", "1"), new Seen("message", "y", "1"), new Seen("message", "z", "2"));
    }

    @Test
    void anEmptyTypeIsTheDefaultOne() {
        assertThat(Seen.parse("event: a\nevent:\ndata: x\n\n")).containsExactly(new Seen("message", "x", null));
    }

    @Test
    void anIdWithANullCharacterIsIgnoredAndAnEmptyOneIsNot() {
        assertThat(Seen.parse("id: 1\nid: 2\0\ndata: x\n\nid\ndata: y\n\n")).containsExactly(
                new Seen("message", "x", "1"), new Seen("message", "y", ""));
    }

    @Test
    void fieldNamesAreCaseSensitiveAndNotTrimmed() {
        assertThat(Seen.parse("Data: a\n data: b\ndata : c\n\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: [DONE]", "data: [DONE]\n", "data: [DONE]\r", "data: [DONE]\r\n"})
    void theLastEventMayLackItsBlankLine(String stream) {
        assertThat(Seen.parse(stream)).containsExactly(new Seen("message", "[DONE]", null));
    }

    @Test
    void anEventIsHandedOutAsSoonAsItsBlankLineIsThere() {
        SseParser parser = new SseParser();
        byte[] stream = "data: x\r\n\r".getBytes(UTF_8);
        parser.feed(stream, 0, stream.length);
        assertThat(parser.next()).isNotNull();
    }

    @Test
    void aSliceIsRefusedWhileTheOneBeforeIsNotParsedToItsEnd() {
        SseParser parser = new SseParser();
        byte[] stream = "data: x\n\ndata: y\n\n".getBytes(UTF_8);
        parser.feed(stream, 0, stream.length);
        assertThat(parser.next()).isNotNull();
        assertThatThrownBy(() -> parser.feed(stream, 0, stream.length)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEventOfManyLinesIsHeldToTheLimitAsAWhole() {
        String stream = "data: 12345\n".repeat(4) + "\n";
        assertThat(Seen.parse(new SseParser(28), stream.getBytes(UTF_8), List.of())).hasSize(1);
        assertThatThrownBy(() -> Seen.parse(new SseParser(27), stream.getBytes(UTF_8), List.of()))
                .isInstanceOf(SseLimitException.class).hasMessageContaining("27 bytes");
    }

    @Test
    void aLineThatNeverEndsIsHeldToTheLimit() {
        SseParser parser = new SseParser(1000);
        byte[] piece = "x".repeat(100).getBytes(UTF_8);
        assertThatThrownBy(() -> {
            for (int i = 0; i < 11; i++) {
                parser.feed(piece, 0, piece.length);
                parser.next();
            }
        }).isInstanceOf(SseLimitException.class);
    }

    @Test
    void theLimitIsOnOneEventNotOnTheStream() {
        byte[] stream = "data: 12345\n\n: ping\n".repeat(100).getBytes(UTF_8);
        assertThat(Seen.parse(new SseParser(12), stream, List.of())).hasSize(100);
    }

    @Test
    void anErrorLineIsAnEventForThoseWhoTakeThem() {
        byte[] stream = "data: x\n\nerror: {\"code\":500}\n\ndata: y\n\n".getBytes(UTF_8);
        assertThat(Seen.parse(SseParser.takingErrorLines(), stream, List.of()))
                .contains(new Seen("error", "{\"code\":500}", null)).hasSize(3);
        assertThat(Seen.parse(new SseParser(), stream, List.of())).hasSize(2);
    }

    @Test
    void theTimeToWaitIsKept() {
        SseParser parser = new SseParser();
        assertThat(parser.retryMillis()).isEmpty();
        Seen.parse(parser, "retry: 1500\nretry: soon\nretry: 99999999999999999999\n\n".getBytes(UTF_8), List.of());
        assertThat(parser.retryMillis()).hasValue(1500);
    }

    @Test
    void aBufferThatALargeEventNeededIsLetGo() {
        SseParser parser = new SseParser();
        Seen.parse(parser, ("data: " + "x".repeat(1_000_000) + "\n\n").getBytes(UTF_8), List.of(500_000));
        assertThat(parser.heldBytes()).isLessThan(10_000);
    }
}
