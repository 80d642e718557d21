package dev.runnel.protocol;

import dev.runnel.testkit.RandomInput;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The short way to read a delta comes to the same as the parser, which reads all that begins with a space. */
class PlainTextDeltaTest {
    private static byte[] delta(String index, String value) {
        return """
                {"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":%s,"type":"text",\
                "text":{"value":"%s"}}]}}""".formatted(index, value).getBytes(UTF_8);
    }

    private static Object outcome(byte[] data) {
        try {
            return RunEvents.decode("thread.message.delta", data);
        } catch (JsonException e) {
            return JsonException.class;
        }
    }

    private static byte[] withASpace(byte[] data) {
        byte[] spaced = new byte[data.length + 1];
        spaced[0] = ' ';
        System.arraycopy(data, 0, spaced, 1, data.length);
        return spaced;
    }

    @Test
    void whatIsWrittenIsReadTheShortWay() {
        for (String text : List.of("", " stream", "ä 数据", "}}]}}")) {
            RunEvent.MessageDelta event = new RunEvent.MessageDelta(
                    "msg_1", List.of(new ContentDelta.Text(3, text, null)));
            assertThat(PlainTextDelta.decode(RunEvents.encode(event))).isEqualTo(event);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " stream", "数据 😀", "\\n", "a\\\"b", "\\u0041", "\\ud83d", "\\", "a\"b", "\uFFFD", "\t", "\0", "\"}}]}}",
        "\",\"annotations\":[]", "x\"}}]}} "})
    void anyTextIsReadAsTheParserReadsIt(String text) {
        for (String index : List.of("0", "9", "10", "-1", "1.0", "", "null", "01")) {
            byte[] data = delta(index, text);
            assertThat(outcome(data)).isEqualTo(outcome(withASpace(data)));
        }
    }

    @Test
    void anyBytesAreReadAsTheParserReadsThem() {
        byte[] whole = delta("0", " stream ä");
        RandomInput.forAll(20_000, random -> {
            byte[] data = Arrays.copyOf(whole,
                    random.between(0, 9) == 0 ? random.between(1, whole.length) : whole.length);
            for (int i = random.between(0, 2); i >= 0; i--) {
                data[random.between(0, data.length - 1)] = (byte) random.between(0, 255);
            }
            assertThat(outcome(data)).as("%s", new String(data, UTF_8)).isEqualTo(outcome(withASpace(data)));
        });
    }
}
