package dev.runnel.bench.relay;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Other programs that say something short. */
final class Commands {
    private Commands() {}

    /** The last line of what a program says, or null if it is not there or fails. */
    static @Nullable String output(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.waitFor() == 0 ? said.substring(said.lastIndexOf('\n') + 1) : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
