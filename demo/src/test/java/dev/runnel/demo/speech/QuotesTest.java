package dev.runnel.demo.speech;

import dev.runnel.demo.speech.ToolAnswer.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuotesTest {
    private static final String FOUND = """
            Passages:

            【2:0†tides.md】
            # Tides
            Ships wait for high water. The moon
            makes the tides! Nobody knows more.

            【2:1†other.md】
            The tides of the moon are elsewhere.
            """;

    @Test
    void theSentenceOfTheBestPassageThatSharesMostWordsIsQuoted() {
        assertThat(Quotes.answer("What makes the tides?", FOUND))
                .contains("The files say: “The moon makes the tides!” 【2:0†tides.md】");
    }

    @Test
    void ofSentencesThatFitAsWellTheFirstIsQuoted() {
        assertThat(Quotes.answer("Whatever?", FOUND)).hasValueSatisfying(
                answer -> assertThat(answer).contains("“Ships wait for high water.”"));
    }

    @Test
    void aTextWithoutPassagesIsNotAnswered() {
        assertThat(Quotes.answer("Why?", "a 【2:0†tides.md】 in a line")).isEmpty();
        assertThat(ToolAnswer.reply("Why?", List.of(new Outcome("file_search", "Nothing was found."))))
                .isEqualTo("The files say nothing about it.");
    }

    @Test
    void theQuestionIsWhatStandsBeforeThePassages() {
        assertThat(Quotes.before("Why?\n\n" + FOUND)).isEqualTo("Why?\n\nPassages:\n\n");
    }

    @Test
    void aLongSentenceIsCutShort() {
        assertThat(Quotes.answer("Why?", "【1:1】\n" + "word ".repeat(10_000))).hasValueSatisfying(
                answer -> assertThat(answer).hasSizeLessThan(450).endsWith("...” 【1:1】"));
    }
}
