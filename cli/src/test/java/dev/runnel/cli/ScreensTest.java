package dev.runnel.cli;

import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The screens that a person sees, at three widths, as they were once looked at and found good. {@code -Dscreens=FOLDER} writes the screens there
 * instead of comparing them.
 */
@Timeout(300)
class ScreensTest {
    private static final String REPLY = """
            # Tides

            The **moon** pulls the sea, and the sea follows. See [the tables](https://example.org/tides/2026/november) for times.

            1. *High water* comes twice a day, some fifty minutes later each day.
            2. `low water` lies between.

            | port | high | low |
            |---|---:|---:|
            | Brest | 6.9 m | 1.2 m |
            | 東京 | 1.9 m | 0.3 m |

            ```python
            def high(hour): return hour + 12.42  # a line that is longer than sixty columns
            ```
            """;

    @TempDir
    Path folder;

    private Served served;

    @BeforeEach
    void serve() {
        served = new Served(folder);
        served.models.answer(request -> Script.chat(REPLY.split("(?<=[ \n*|])")));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private Tmux open(int columns, String... arguments) {
        Tmux tmux = Tmux.start(folder, columns,
                Map.of("RUNNEL_SERVER", served.url(), "XDG_STATE_HOME", folder.toString()),
                arguments);
        assumeTrue(tmux != null, "there is no tmux");
        return requireNonNull(tmux);
    }

    /** Texts that differ from one call to the next become the same, and as long. */
    private static String settled(String screen) {
        return screen.replaceAll("\nEND\n$", "\n").stripTrailing()
                .replaceAll("\\b(run|thread)_[A-Za-z0-9]*", "$1_ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "2026-11-28 12:00:00")
                .replaceAll("\\b\\d\\d-\\d\\d \\d\\d:\\d\\d\\b", "11-28 12:00")
                .replaceAll("(\\d+ tokens) · [^>]*", "$1 · …\n")
                .replaceAll("\\s+\\(\\d+\\s+ms\\)", " (N ms)") // three digits may break the line
                .replaceAll("Java \\d.*, runnel .*", "Java N, runnel N").stripTrailing() + "\n";
    }

    private static void compare(String name, int columns, String screen) throws IOException {
        String file = name + "-" + columns + ".txt";
        String folder = System.getProperty("screens");
        if (folder != null) {
            Files.writeString(Path.of(folder, file), screen);
            return;
        }
        try (@Nullable
        InputStream in = ScreensTest.class.getResourceAsStream("screens/" + file)) {
            assertThat(screen).as(file).isEqualTo(new String(requireNonNull(in, file).readAllBytes(), UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 140})
    void screensAreAsTheyWereFoundGood(int columns) throws IOException, InterruptedException {
        for (List<String> call : List.of(
                List.of("run", "Explain tides."), List.of("runs"), List.of("--help"),
                List.of("doctor", "--server", "http://127.0.0.1:9/v1"))) {
            try (Tmux tmux = open(columns, call.toArray(String[]::new))) {
                compare(call.getFirst().replace("-", ""), columns, settled(tmux.await("\nEND")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 140})
    void aConversationLooksAsItWasFoundGood(int columns) throws IOException, InterruptedException {
        served.models.answer(request -> Script.chat("The sea ", "*always* ", "comes ", "back."));
        try (Tmux tmux = open(columns, "chat")) {
            tmux.awaitEnd("\n>");
            tmux.type("/help");
            tmux.press("Enter");
            tmux.awaitEnd("reply.\n>");
            tmux.type("/modle x");
            tmux.press("Enter");
            tmux.await("did you mean /model?");
            tmux.awaitEnd("\n>");
            tmux.type("Why?");
            tmux.press("Enter");
            tmux.await("tokens");
            tmux.awaitEnd("\n>"); // a Ctrl-C before the prompt would stop nothing, and discard what was typed
            tmux.type("dropped");
            tmux.awaitEnd("\n> dropped");
            tmux.press("C-c");
            tmux.awaitEnd("leaves.\n>");
            tmux.press("C-c");
            compare("chat", columns, settled(tmux.await("\nEND")));
        }
    }

    @Test
    void eachCtrlCIsTakenOnce() throws IOException, InterruptedException {
        try (Tmux tmux = open(80, "chat")) {
            tmux.awaitEnd("\n>");
            StringBuilder seen = new StringBuilder();
            for (int i = 1; i <= 20; i++) {
                tmux.type("word" + i);
                tmux.awaitEnd("\n> word" + i);
                tmux.press("C-c");
                seen.append("> word").append(i).append("\nAnother Ctrl-C, Ctrl-D or /bye leaves.\n");
                tmux.awaitEnd(seen + ">");
            }
            tmux.press("C-c");
            assertThat(tmux.await("\nEND")).contains(seen + ">\n");
        }
    }

    /** The terminal shows a Ctrl-C, and the reply may go on behind it before the command knows: as behind what is typed. */
    @Test
    void ctrlCLeavesTheReplyAsItWasWritten() throws IOException, InterruptedException {
        Gate rest = new Gate();
        served.models
                .answer(request -> Script.sse().text("Then **came** ").text("winter ").gate(rest).end("stop").done());
        try (Tmux tmux = open(80, "run", "Hi")) {
            tmux.awaitEnd("Then came winter");
            tmux.type("zz");
            tmux.awaitEnd("winterzz");
            tmux.press("C-c");
            assertThat(tmux.await("\nEND")).startsWith("Then came winter\ncancelled\n");
        } finally {
            rest.open();
        }
    }

    @Test
    void lineOfWideCharactersAndJoinedEmojiIsEditedWhereTheCursorIs() throws IOException, InterruptedException {
        try (Tmux tmux = open(40, "chat")) {
            tmux.await("\n>");
            tmux.type("世界你好 👨‍👩‍👧 and so many words that the line wraps around the edge");
            tmux.await("edge");
            tmux.press("Home");
            tmux.type("AB你");
            tmux.await("AB你世界");
            tmux.press("End");
            tmux.type("XY");
            String screen = tmux.await("edgeXY");
            assertThat(screen.replace("\n", ""))
                    .contains("> AB你世界你好 ", "and so many words that the line wraps around the edgeXY")
                    .doesNotContain("  ");
        }
    }

    @Test
    void aSignTurnsUntilTheFirstWordAndLeavesNoTrace() throws IOException, InterruptedException {
        Gate first = new Gate();
        served.models.answer(request -> Script.sse().gate(first).text("Hello").end("stop").done());
        try (Tmux tmux = open(80, "run", "--plain", "Hi")) {
            Set<String> signs = new HashSet<>();
            while (signs.size() < 3) {
                String screen = tmux.screen();
                assertThat(screen).matches("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]?\n");
                if (!screen.isBlank()) {
                    signs.add(screen);
                }
            }
            first.open();
            assertThat(tmux.await("\nEND")).matches("Hello\nscripted-model · 1 token · first token after .*\n+END\n");
        }
    }
}
