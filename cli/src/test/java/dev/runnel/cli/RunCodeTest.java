package dev.runnel.cli;

import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.Outcome;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel run --code} and {@code runnel respond --code}: the built-in model writes a program, the sandbox of this machine runs it, and its files are saved. */
@Timeout(180)
class RunCodeTest {
    private static final byte[] PNG = {(byte) 137, 'P', 'N', 'G', '\r', '\n', 26, '\n'};

    @TempDir
    Path folder;

    @BeforeAll
    static void assumeThatThereIsASandboxWithMatplotlib() throws InterruptedException {
        try (LocalSandbox sandbox = LocalSandbox.open(SandboxLimits.DEFAULTS, SystemTimers.get());
                Session session = sandbox.begin()) {
            Outcome outcome = session.run("import matplotlib");
            Assumptions.assumeTrue(outcome.how() == Outcome.How.DONE, outcome.output());
        } catch (SandboxException e) {
            Assumptions.abort(String.valueOf(e.getMessage()));
        }
    }

    private List<String> saved() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "respond"})
    void aPlotIsSavedAsAnImageAndReplacesNone(String command) throws IOException {
        for (int i = 0; i < 2; i++) {
            Command.Result result = Command.run(folder, command, "--code", "--save", "out", "Plot sin(x).");
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.err()).contains("saved out/plot-1" + (i == 0 ? "" : "-2") + ".png");
        }
        assertThat(saved()).containsExactly("plot-1-2.png", "plot-1.png");
        for (String name : saved()) {
            byte[] image = Files.readAllBytes(folder.resolve("out").resolve(name));
            assertThat(Arrays.copyOf(image, PNG.length)).isEqualTo(PNG);
            assertThat(image).hasSizeGreaterThan(5_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "respond"})
    void aLinkedFileIsSavedByItsName(String command) throws IOException {
        Command.Result result = Command.run(folder, command, "--code", "--save", "out",
                "Make a CSV of square numbers.");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("sandbox:/mnt/data/squares.csv").doesNotContain("[1]");
        assertThat(saved()).containsExactly("squares.csv");
        assertThat(Files.readAllLines(folder.resolve("out/squares.csv")))
                .hasSize(11).startsWith("n,square", "1,1", "2,4").endsWith("10,100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "respond"})
    void whatIsComputedIsSaidAndFilesThatAreNotSavedAreMentioned(String command) {
        assertThat(Command.run(folder, command, "--code", "Compute 12345679 * 9").out()).contains("111111111");
        assertThat(Command.run(folder, command, "--no-stream", "--code", "Plot sin(x).").err())
                .contains("The code made 1 file; --save FOLDER keeps it.");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
