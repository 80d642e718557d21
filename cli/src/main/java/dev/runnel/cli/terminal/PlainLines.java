package dev.runnel.cli.terminal;

import dev.runnel.cli.base.CommandException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of standard input, as they are. */
final class PlainLines implements Lines {
    private final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    @Override
    public @Nullable String next() {
        try {
            String line = input.readLine();
            if (line == null || !Lines.goesOn(line)) {
                return line;
            }
            StringBuilder text = new StringBuilder();
            for (; line != null && Lines.goesOn(line); line = input.readLine()) {
                text.append(line, 0, line.length() - 1).append('\n');
            }
            return text.append(line == null ? "" : line).toString();
        } catch (IOException e) {
            throw new CommandException("standard input cannot be read: " + e.getMessage());
        }
    }

    @Override
    public boolean interactive() {
        return false;
    }

    @Override
    public void onInterrupt(@Nullable Runnable action) {
        // A signal is not typed here: it is meant for the program.
    }

    @Override
    public void close() {
        // Standard input is the process's.
    }
}
