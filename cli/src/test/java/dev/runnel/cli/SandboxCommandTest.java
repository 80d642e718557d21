package dev.runnel.cli;

import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ExitCode;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel sandbox}, and a server that runs its code there. */
@Timeout(180)
class SandboxCommandTest {
    private static final String KEY = "0123456789abcdef-key";
    private static final Pattern ADDRESS = Pattern.compile("at (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path folder;

    private static String address(String said) {
        Matcher matcher = ADDRESS.matcher(said);
        assertThat(matcher.find()).as(said).isTrue();
        return matcher.group(1);
    }

    @Test
    void aServerRunsItsCodeThere() throws Exception {
        try {
            LocalSandbox.open(SandboxLimits.DEFAULTS, SystemTimers.get()).close();
        } catch (SandboxException e) {
            Assumptions.abort(String.valueOf(e.getMessage()));
        }
        try (Command sandbox = Command.start(folder, Map.of("RUNNEL_SANDBOX_KEY", KEY), "sandbox", "--port", "0")) {
            String greeting = sandbox.awaitError("Ctrl-C stops it");
            assertThat(greeting).containsPattern(
                    "Code runs in a sandbox of this machine, with(out control groups| control groups \\(version [12]\\))\\.");
            String url = address(greeting);
            try (Command server = Command.start(folder, Map.of("RUNNEL_CODE_INTERPRETER_KEY", KEY), "serve", "--port",
                    "0", "--code-interpreter-url", url)) {
                String said = server.awaitError("Ctrl-C stops it");
                assertThat(said).contains("runs on the sandbox server " + url);
                String served = address(said);
                Command.Result result = Command.run(
                        folder, "run", "--server", served + "/v1", "--code", "Compute 12345679 * 9");
                assertThat(result.out()).as(result.err()).contains("111111111");
            }
            assertThat(Command.run(folder, "serve", "--port", "0", "--code-interpreter-url", url).err())
                    .contains("refuses the key").contains("RUNNEL_CODE_INTERPRETER_KEY");
            sandbox.signal("TERM");
            assertThat(sandbox.end("").code()).isZero();
        }
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        Command.Result open = Command.run(folder, "sandbox", "--port", "0", "--host", "0.0.0.0");
        assertThat(open.code()).isEqualTo(ExitCode.USAGE);
        assertThat(open.err()).contains("RUNNEL_SANDBOX_KEY");
        Command.Result both = Command.run(folder, "serve", "--port", "0", "--code-interpreter",
                "--code-interpreter-url", "http://127.0.0.1:1");
        assertThat(both.code()).isEqualTo(ExitCode.USAGE);
        assertThat(both.err()).contains("pass one of them");
        Command.Result wrong = Command.run(folder, "serve", "--port", "0", "--code-interpreter-url", "sandbox:8090");
        assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("is not the URL of a server");
    }
}
