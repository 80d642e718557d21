package dev.runnel.cli.text;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Markdown on an emulated terminal, whole and in pieces. */
class MarkdownStreamTest {
    private static final String EVERYTHING = """
            # A title with `code`

            Some **bold and *both*** words, a ~~struck~~ one, 2*3*4, snake_case_name and \\*stars\\*.
            A [link](https://example.org/a/rather/long/path) and <https://example.org/other/long/path?query=1>.

            - one item that is long enough to be wrapped at forty columns for sure
              - nested
            - [x] done
            2. second

            > quoted words that go on for longer than a line of the terminal has

            ```java
            int  x = 1;\tif (a < b) { return "a line of code that is longer than forty columns"; }
              ``not the end``
            ```
            ---
            | name | what it is | n |
            |:-----|:----------:|--:|
            | `a` | **b** and a long text in one cell | 12 |
            | 中文 | | 3 |
            The end, 世界你好世界你好世界你好世界你好，世界你好世界你好世界你好.
            """;

    private static String shown(String markdown, int columns, boolean terminal, long seed) {
        EmulatedScreen screen = new EmulatedScreen(columns, terminal);
        MarkdownStream stream = new MarkdownStream(screen);
        Random random = new Random(seed);
        for (int i = 0; i < markdown.length();) {
            int end = seed == 0 ? markdown.length()
                    : Math.min(markdown.length(), i + 1 + random.nextInt(seed == 1 ? 1 : 9));
            stream.add(markdown.substring(i, end));
            i = end;
        }
        stream.end();
        return screen.shown();
    }

    private static String shown(String markdown) {
        return shown(markdown, 40, true, 1);
    }

    @Test
    void everythingIsRendered() {
        assertThat(shown(EVERYTHING)).isEqualTo("""
                A title with code

                Some bold and both words, a struck one,
                2*3*4, snake_case_name and *stars*.
                A link
                (https://example.org/a/rather/long/path)
                and
                https://example.org/other/long/path?quer
                y=1.

                • one item that is long enough to be
                  wrapped at forty columns for sure
                  • nested
                ☑ done
                2. second

                │ quoted words that go on for longer
                │ than a line of the terminal has

                ── java ────────────────────────────────
                int  x = 1;\tif (a < b) { return "a line
                of code that is longer than forty column
                s"; }
                  ``not the end``
                ────────────────────────────────────────
                ────────────────────────────────────────
                name │          what it is          │  n
                ─────┼──────────────────────────────┼───
                a    │   b and a long text in one   │ 12
                     │             cell             │
                中文 │                              │  3
                The end, 世界你好世界你好世界你好世界你
                好，世界你好世界你好世界你好.
                """);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2, 3, 4, 5, 6, 7})
    void howItComesInPiecesMakesNoDifference(long seed) {
        for (int columns : new int[] {20, 60, 80, 140}) {
            assertThat(shown(EVERYTHING, columns, true, seed)).isEqualTo(shown(EVERYTHING, columns, true, 1))
                    .isEqualTo(shown(EVERYTHING, columns, false, seed));
        }
    }

    @Test
    void aWordIsShownAsItComesAndOnlyItsRowIsWrittenAnew() {
        EmulatedScreen screen = new EmulatedScreen(12, true);
        MarkdownStream stream = new MarkdownStream(screen);
        for (String piece : List.of("Some ", "wor", "ds h", "ere", "after")) {
            stream.add(piece);
        }
        assertThat(screen.writes()).containsExactly(
                "Some", " wor", "ds h", "\rSome words\u001b[K", "\n", "here", "after");
    }

    @Test
    void whatOnlyLookedLikeEmphasisIsShownAsItIs() {
        assertThat(shown("It costs *5 or so\n")).isEqualTo("It costs *5 or so\n");
        assertThat(shown("a ** b and `unclosed\n")).isEqualTo("a ** b and `unclosed\n");
        assertThat(shown("[no link] here [1]\n")).isEqualTo("[no link] here [1]\n");
        assertThat(shown("| no table\n")).isEqualTo("| no table\n");
        assertThat(shown("```inline``` x\n")).isEqualTo("inline x\n");
    }

    @Test
    void codeOfAListLosesItsIndentationAndCodeThatIsCutOffIsClosed() {
        assertThat(shown("- x\n  ```\n  a\n    b\n  ```\n")).isEqualTo("• x\n" + "─".repeat(40) + "\na\n  b\n"
                + "─".repeat(40) + "\n");
        assertThat(shown("```\na")).isEqualTo("─".repeat(40) + "\na\n" + "─".repeat(40) + "\n");
    }

    @Test
    void aWindowThatIsResizedWrapsWhatComesAtItsNewWidth() {
        EmulatedScreen screen = new EmulatedScreen(20, true);
        MarkdownStream stream = new MarkdownStream(screen);
        stream.add("one two three four fi");
        screen.resize(40);
        stream.add("ve six seven eight nine ten ");
        screen.resize(20);
        stream.add("eleven twelve thirteen fourteen\n");
        assertThat(screen.shown()).isEqualTo("""
                one two three four
                five six seven eight nine ten
                eleven twelve
                thirteen fourteen
                """);
    }

    @Test
    void controlSequencesOfAModelAreShownAndNotObeyed() {
        EmulatedScreen screen = new EmulatedScreen(40, true);
        MarkdownStream stream = new MarkdownStream(screen);
        stream.add("a\u001b]0;title\u0007b\u001b[2Jc\r");
        stream.add("\nd\u009b1m\n```\n\u001b[31m\n```\n");
        assertThat(String.join("", screen.writes())).doesNotContain("\u001b]", "\u001b[2J", "\u001b[31m", "\u009b",
                "\r");
        assertThat(screen.shown()).startsWith("a␛]0;title␇b␛[2Jc\nd�1m\n");
    }

    @Test
    void aLineWithoutAnEndIsBroken() {
        EmulatedScreen screen = new EmulatedScreen(80, true);
        MarkdownStream stream = new MarkdownStream(screen);
        for (int i = 0; i < 2_000; i++) {
            stream.add("0123456789");
        }
        stream.end();
        assertThat(screen.shown().replace("\n", "")).hasSize(20_000);
    }
}
