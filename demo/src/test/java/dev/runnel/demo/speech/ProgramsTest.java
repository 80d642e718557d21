package dev.runnel.demo.speech;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProgramsTest {
    @ParameterizedTest
    @ValueSource(strings = {"plot sin(x)", "Draw a chart of x^2", "What is 17 * 23?", "Compute the factorial of 20",
        "Zeichne cos(x) als Diagramm", "Make a CSV of squares", "Use Python"})
    void aProgramIsForWhatCanBeComputedOrPlotted(String prompt) {
        assertThat(Programs.wanted(prompt)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tell me a short story.", "Hi", "Write about 2 dogs", "", "A poem for 1999 - the year"})
    void aStoryNeedsNone(String prompt) {
        assertThat(Programs.wanted(prompt)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "What is 17 * 23? | print(17 * 23)",
        "(2 + 3) * 4 | print((2 + 3) * 4)",
        "2^10 | print(2**10)",
        "compute the factorial of 20 | print(math.factorial(20))",
        "plot x^2 please | plt.plot(xs, [x ** 2 for x in xs])",
        "plot the cos | plt.plot(xs, [math.cos(x) for x in xs])"
    })
    void theProgramDoesWhatThePromptSays(String prompt, String line) {
        assertThat(Programs.of(prompt).lines()).contains(line);
    }

    @Test
    void theAnswerHasWhatWasPrintedAndTheLinks() {
        assertThat(Programs
                .answer("10 rows\n[The file a.csv is the user's. Link to it: [a.csv](sandbox:/mnt/data/a.csv).]\n"))
                .isEqualTo(
                        "The program printed:\n\n```\n10 rows\n```\nHere is the file: [a.csv](sandbox:/mnt/data/a.csv)");
        assertThat(Programs.answer("The code printed nothing.\n[The image plot-1.png is shown to the user.]\n"))
                .isEqualTo("Here is the plot.");
    }
}
