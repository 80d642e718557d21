package dev.runnel.server.search.chunk;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.runnel.server.search.UnreadableFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChunkerTest {
    private static final Encoding TOKENIZER = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    private static String sentences(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("Run number ").append(i).append(" is a log of events, and a stream is its reader.")
                    .append(i % 7 == 6 ? "\n\n" : i % 3 == 2 ? "\n" : " ");
        }
        return text.toString();
    }

    @Test
    void aShortTextIsOneChunkWithoutTheSpaceAroundIt() throws Exception {
        assertThat(Chunker.AUTO.chunks("\n  Hello.\n\n")).containsExactly(new Chunk(3, 9, "Hello."));
        assertThat(Chunker.AUTO.chunks("")).isEmpty();
        assertThat(Chunker.AUTO.chunks(" \n ")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"800, 400", "100, 50", "100, 0", "101, 1", "4096, 2048", "300, 2"})
    void chunksHaveTheirSizeTheirOverlapAndTheirPlaceAndLeaveNothingOut(int size, int overlap) throws Exception {
        for (String unit : new String[] {sentences(3), "長い文章です。", "🙂", "é ", "word", "\n", "a\n\n", "क्षि", "x  "}) {
            String text = unit.repeat(15_000 / unit.length());
            List<Chunk> chunks = new Chunker(size, overlap).chunks(text);
            int covered = 0;
            for (Chunk chunk : chunks) {
                assertThat(chunk.text()).isEqualTo(text.substring(chunk.start(), chunk.end())).isNotBlank();
                assertThat(Character.isLowSurrogate(chunk.text().charAt(0))).isFalse();
                assertThat(TOKENIZER.countTokensOrdinary(chunk.text())).as(unit).isLessThanOrEqualTo(size + 3);
                // Whatever lies between two chunks is white space.
                assertThat(text.substring(covered, Math.max(covered, chunk.start()))).isBlank();
                if (overlap == 0) {
                    assertThat(chunk.start()).isGreaterThanOrEqualTo(covered);
                } else if (covered > chunk.start()) {
                    assertThat(TOKENIZER.countTokensOrdinary(text.substring(chunk.start(), covered)))
                            .isLessThanOrEqualTo(overlap + 3);
                }
                covered = chunk.end();
            }
            assertThat(text.substring(covered)).isBlank();
        }
    }

    @Test
    void chunksAreAsLargeAsTheyMayBeAndOverlapByHalfOfTheOverlapAtLeast() throws Exception {
        String text = sentences(2_000);
        List<Chunk> chunks = Chunker.AUTO.chunks(text);
        for (int i = 0; i < chunks.size() - 1; i++) {
            assertThat(TOKENIZER.countTokensOrdinary(chunks.get(i).text())).isBetween(590, 801);
            String overlap = text.substring(chunks.get(i + 1).start(), chunks.get(i).end());
            assertThat(TOKENIZER.countTokensOrdinary(overlap)).isBetween(190, 401);
        }
    }

    @Test
    void cutsBetweenParagraphsElseLinesElseSentencesElseWords() throws Exception {
        assertThat(Chunker.AUTO.chunks(sentences(500)).get(1).text()).startsWith("Run number").endsWith("reader.");
        String lines = "one two three four\n".repeat(1_000);
        assertThat(new Chunker(100, 20).chunks(lines)).allMatch(
                chunk -> chunk.text().startsWith("one") && chunk.text().endsWith("four"));
        String words = "alpha beta gamma delta ".repeat(1_000);
        assertThat(new Chunker(100, 20).chunks(words)).allMatch(
                chunk -> words.contains(" " + chunk.text().split(" ", 2)[0] + " ") || chunk.start() == 0);
    }

    /** The tokenizer's own time grows with the square of a word's length. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "é", "😀", "漢", "\n", " ", "{\"", "!", "0"})
    @Timeout(60)
    void aWordOfHalfAMillionCharactersIsCutInTime(String unit) throws Exception {
        String text = "x" + unit.repeat(500_000 / unit.length());
        assertThat(Chunker.AUTO.chunks(text)).isNotEmpty();
    }

    @Test
    void halfASurrogatePairIsACharacterAsAnyOther() throws Exception {
        String text = ("\uD83D " + "\uDE00\uD83D").repeat(1_000);
        List<Chunk> chunks = new Chunker(100, 50).chunks(text);
        assertThat(chunks.getFirst().start()).isZero();
        assertThat(chunks.getLast().end()).isEqualTo(text.length());
    }

    @Test
    void refusesMoreTokensThanAFileMayHave() {
        assertThatThrownBy(() -> Chunker.AUTO.chunks("0 ".repeat(Chunker.MAX_TOKENS / 2 + 1)))
                .isInstanceOf(UnreadableFileException.class).hasMessageContaining("the limit of 5,000,000 tokens.");
    }

    @ParameterizedTest
    @CsvSource({"99, 0", "4097, 0", "800, 401", "800, -1"})
    void refusesSizesBeyondTheProtocols(int size, int overlap) {
        assertThatThrownBy(() -> new Chunker(size, overlap)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void windowsAreAllOfTheTextInPartsOfLikeLength() {
        List<String> windows = Windows.of("word ".repeat(200));
        assertThat(windows).hasSize(3).allMatch(window -> window.split(" ").length >= 66);
        assertThat(String.join(" ", windows)).isEqualTo("word ".repeat(200).strip());
        assertThat(Windows.of("two words")).containsExactly("two words");
        assertThat(Windows.of(" \n")).isEmpty();
        assertThat(Windows.of("長".repeat(2_000))).hasSize(3).allMatch(window -> window.length() <= 768);
        assertThat(String.join("", Windows.of("🙂".repeat(2_000)))).isEqualTo("🙂".repeat(2_000));
    }
}
