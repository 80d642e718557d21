package dev.runnel.demo.speech;

import dev.runnel.demo.speech.ToolAnswer.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ToolAnswerTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', value = {"22 degrees and sunny; 22 degrees and sunny.",
        "{\"temperature\": 22, \"wind\": {\"speed_kmh\": 5}}; temperature 22, wind speed kmh 5.", "[1, 2]; 1, 2.",
        "{broken; {broken.", "Done!; Done!", "~~; nothing.", "{}; nothing."})
    void anOutcomeIsToldInPlainWords(String output, String told) {
        assertThat(ToolAnswer.reply("Hi", List.of(new Outcome("f", output)))).isEqualTo("`f` says: " + told);
    }

    @Test
    void severalOutcomesStandOnTheirOwnLines() {
        assertThat(ToolAnswer.reply("Hi", List.of(new Outcome("a", "1"), new Outcome("b", "2")))).hasLineCount(2);
    }

    @Test
    void aLongOutcomeIsNotReadAsJson() {
        var output = "[" + "{},".repeat(100_000) + "{}]";

        assertThat(ToolAnswer.reply("Hi", List.of(new Outcome("a", output)))).startsWith("`a` says: [{},{},")
                .endsWith("...");
    }

    @Test
    void aLongOutcomeIsCutShort() {
        assertThat(ToolAnswer.reply("Hi", List.of(new Outcome("a", "word ".repeat(10_000))))).hasSizeLessThan(700)
                .endsWith("...");
    }
}
