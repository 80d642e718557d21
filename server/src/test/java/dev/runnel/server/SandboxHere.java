package dev.runnel.server;

import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Whether this machine can have a sandbox for Python. Where it cannot, tests that need one are skipped, and say why. */
public final class SandboxHere {
    private static final Optional<String> MISSING = missing();

    private SandboxHere() {}

    private static Optional<String> missing() {
        try {
            LocalSandbox.open(SandboxLimits.DEFAULTS, SystemTimers.get()).close();
            return Optional.empty();
        } catch (SandboxException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Skips the test if there can be none. */
    public static void assume() {
        Assumptions.assumeTrue(MISSING.isEmpty(), () -> MISSING.orElse(""));
    }

    /** How many processes of this machine have a text in their arguments. */
    public static long processes(String text) {
        return ProcessHandle.allProcesses().filter(process -> arguments(process).contains(text)).count();
    }

    private static String arguments(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
