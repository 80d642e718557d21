package dev.runnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@code runnel completion}: the scripts, in the shells that they are for. */
@Timeout(120)
class CompletionTest {
    private static final Path FISH = Path.of("/usr/bin/fish");

    @TempDir
    Path folder;

    private String shell(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        Process shell = builder.start();
        shell.getOutputStream().close();
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
        return said;
    }

    private String script(String... shell) throws IOException {
        List<String> words = new ArrayList<>(List.of("completion"));
        words.addAll(List.of(shell));
        return Files.writeString(folder.resolve("script"), Command.run(folder, words.toArray(String[]::new)).out())
                .toString();
    }

    private String fish(String typed) throws IOException, InterruptedException {
        return shell(FISH.toString(), "--no-config", "-c",
                "source " + script("fish") + "; complete -C '" + typed + "'");
    }

    @Test
    void bashCompletesCommands() throws IOException, InterruptedException {
        assertThat(shell("bash", "-c", "source " + script()
                + " && COMP_WORDS=(runnel at) COMP_CWORD=1 && _complete_runnel && echo ${COMPREPLY[0]}"))
                .isEqualTo("attach\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'runnel at', attach",
        "'runnel threads ', rm show",
        "'runnel run --mod', --model --model-key --model-url",
        "'runnel threads show --l', ''",
        "'runnel serve --durability ', full normal",
        "'runnel serve --on-crash f', fail",
        "'runnel completion ', bash fish zsh",
        "'runnel help th', threads",
        "'runnel run --file no', notes.txt",
        "'runnel run --model no', ''",
    })
    void fishCompletesCommandsOptionsAndValues(String typed, String offered) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(FISH), "there is no fish");
        Files.createFile(folder.resolve("notes.txt"));

        assertThat(fish(typed).lines().map(line -> line.replaceFirst("\t.*", ""))).containsExactlyInAnyOrder(
                offered.isEmpty() ? new String[0] : offered.split(" "));
    }

    @Test
    void fishExplainsWhatItOffers() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(FISH), "there is no fish");
        assertThat(fish("runnel run --model-u"))
                .startsWith("--model-url\tAsk this OpenAI-compatible model server, as in http://127.0.0.1:11434/v1.");
    }
}
