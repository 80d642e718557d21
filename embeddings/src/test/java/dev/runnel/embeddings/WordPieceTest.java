package dev.runnel.embeddings;

import dev.runnel.protocol.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code wordpiece-ids.txt} was made with Hugging Face's tokenizers 0.23.2 and the model's own {@code tokenizer.json}, without cutting. */
class WordPieceTest {
    private static WordPiece tokenizer;

    @BeforeAll
    static void readVocabulary() throws IOException {
        try (InputStream json = resource("/all-minilm-l6-v2-q-tokenizer.json")) {
            tokenizer = WordPiece.read(json);
        }
    }

    /** Reads the stored cases. Each line has the text as JSON, a tab, and the ids with spaces between them. */
    static Stream<Arguments> stored() throws IOException {
        try (InputStream table = resource("wordpiece-ids.txt")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().map(WordPieceTest::stored).toList()
                    .stream();
        }
    }

    private static Arguments stored(String line) {
        int tab = line.indexOf('\t');
        return Arguments.of(
                JsonValue.parse(line.substring(0, tab)).text(),
                Pattern.compile(" ").splitAsStream(line.substring(tab + 1)).mapToLong(Long::parseLong).toArray());
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(WordPieceTest.class.getResourceAsStream(name), name);
    }

    @ParameterizedTest
    @MethodSource("stored")
    void textsHaveTheIdsThatTheModelWasTrainedWith(String text, long[] ids) {
        assertThat(tokenizer.ids(text, 10_000)).containsExactly(ids);
    }

    @Test
    void aTextThatIsTooLongIsCutBeforeItsEndMark() {
        assertThat(tokenizer.ids("hello ".repeat(1_000), 5)).containsExactly(101, 7592, 7592, 7592, 102);
    }

    @Test
    @Timeout(20)
    void aWordOfMillionsOfCharactersTakesNoTime() {
        assertThat(tokenizer.ids("a".repeat(5_000_000), 256)).containsExactly(101, 100, 102);
    }
}
