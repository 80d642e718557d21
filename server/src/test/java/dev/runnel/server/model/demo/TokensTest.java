package dev.runnel.server.model.demo;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TokensTest {

    @Test
    void cutsAsTokenizersDo() {
        assertThat(Tokens.split("Don't stop, little runnel...\n\nIt was 12345 stones."))
                .containsExactly("Don", "'t", " stop", ",", " little", " runnel", "...", "\n\n", "It", " was", " ",
                        "12", "345",
                        " stones", ".");
    }

    @Test
    void longWordsComeInPieces() {
        assertThat(Tokens.split("a lighthouse")).containsExactly("a", " light", "house");
    }

    @Test
    void theLastOfSeveralSpacesLeadsTheNextWord() {
        assertThat(Tokens.split("a   b")).containsExactly("a", "  ", " b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "   ", "\n", "\r\n\r\n", "don't 'quote' it's", "x'", "👩‍👩‍👧‍👦🇩🇪👍🏽",
        "e\u0301te\u0301 a\u0308", " \u0301x",
        "नमस्ते दुनिया", "日本語のテキスト", "\ud83d", "a\u200db", "{\"a\":[1,2.50]}", "1234567890"})
    void putTogetherTheyAreTheText(String text) {
        assertThat(String.join("", Tokens.split(text))).isEqualTo(text);
        assertThat(Tokens.split(text)).doesNotContain("");
        assertThat(Tokens.count(text)).isEqualTo((long) Tokens.split(text).size());
    }

    @Test
    void randomTextStaysWholeAndNoCutFallsIntoACharacter() {
        var random = new Random(1);
        var alphabet = List.of("a", "Z", " ", "\n", "'", ".", "7", "e\u0301", "👍🏽", "👩‍👧", "🇩🇪", "क्ष", "é",
                "\r\n", "漢");
        for (var round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(20); length > 0; length--) {
                text.append(alphabet.get(random.nextInt(alphabet.size())));
            }
            var tokens = Tokens.split(text.toString());
            assertThat(String.join("", tokens)).isEqualTo(text.toString());
            assertThat(tokens).allSatisfy(token -> {
                assertThat(token.codePointAt(0)).isNotIn(0x301, 0x200D, 0x1F3FD);
                assertThat(Character.isLowSurrogate(token.charAt(0))).isFalse();
                assertThat(Character.isHighSurrogate(token.charAt(token.length() - 1))).isFalse();
            });
        }
    }

    @Test
    void proseHasAboutFourCharactersPerToken() {
        var story = Storyteller.reply(Storyteller.Ask.of("Tell me a short story."));

        assertThat((double) story.length() / Tokens.count(story)).isBetween(3.5, 5.0);
    }

    /** Taken apart it would need more than a gigabyte. */
    @Test
    @Timeout(20)
    void aTextOfMillionsOfCharactersIsCountedByItsBeginning() {
        assertThat(Tokens.count("word ".repeat(3_000_000))).isBetween(2_990_000L, 3_010_000L);
        assertThat(Tokens.count("a" + "\u0301".repeat(15_000_000))).isPositive();
    }

    @Test
    void aPrefixNeverBreaksACharacter() {
        assertThat(Tokens.prefix("ab👍🏽c", 4)).isEqualTo("ab");
        assertThat(Tokens.prefix("ab👍🏽c", 6)).isEqualTo("ab👍🏽");
        assertThat(Tokens.prefix("abc", 3)).isEqualTo("abc");
    }
}
