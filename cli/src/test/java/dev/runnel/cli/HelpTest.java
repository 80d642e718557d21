package dev.runnel.cli;

import dev.runnel.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** The help of all commands. One process prints it: a JVM for each command would take minutes on a busy machine. */
@Timeout(180)
class HelpTest {
    private static final String NEXT = "%%% ";

    @TempDir
    Path folder;

    /** The process. */
    static void main(String[] none) {
        for (Class<?> command : Main.COMMANDS) {
            String name = command.getAnnotation(CommandLine.Command.class).name();
            Terminal.print(NEXT + name + "\n");
            Main.execute("help", name);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 140})
    void helpIsThereForEachCommandAndBreaksNoOptionAndNoAddress(int columns) {
        List<String> line = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                HelpTest.class.getName());
        List<String> names = new ArrayList<>();
        try (Command command = Command.start(folder, Map.of("COLUMNS", Integer.toString(columns)), line)) {
            Command.Result result = command.end("");
            assertThat(result.err()).isEmpty();
            for (String help : result.out().replaceFirst(NEXT, "").split(NEXT, -1)) {
                String name = help.substring(0, help.indexOf('\n'));
                String text = help.substring(help.indexOf('\n') + 1).replaceFirst("(?s)\nExamples:.*", "");
                names.add(name);
                assertThat(text).startsWith("Usage: runnel " + name).doesNotContain("${", "-\n", "/\n", ":\n1");
                assertThat(text.lines()).allSatisfy(each -> assertThat(each.length()).isLessThanOrEqualTo(columns));
            }
        }
        assertThat(names).contains("run", "chat", "respond", "serve", "doctor", "completion");
    }
}
