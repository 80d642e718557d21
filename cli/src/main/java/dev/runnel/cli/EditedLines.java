package dev.runnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lines that somebody types, with editing and a history that is kept. The only class that knows JLine: nothing of it is loaded
 * unless somebody chats.
 */
final class EditedLines implements Lines {
    private static final String HISTORY = "chat_history";
    private static final int KEPT = 1_000;

    private final org.jline.terminal.Terminal terminal;
    private final LineReader reader;
    private volatile @Nullable Runnable interrupted;

    private EditedLines(org.jline.terminal.Terminal terminal) {
        this.terminal = terminal;
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("runnel")
                .parser(new Text())
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, MORE)
                .variable(LineReader.HISTORY_SIZE, KEPT)
                .variable(LineReader.HISTORY_FILE_SIZE, KEPT);
        historyFile().ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        reader = builder.build();
        terminal.handle(Signal.INT, signal -> {
            Runnable action = interrupted;
            if (action != null) {
                action.run();
            }
        });
    }

    static EditedLines open() {
        try {
            // Asking for grapheme clusters would swallow what was typed ahead.
            return new EditedLines(TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false).build());
        } catch (IOException e) {
            throw new Failures.CommandException("the terminal cannot be used: " + e.getMessage());
        }
    }

    /** In the user's state folder, as the XDG base directories have it, which others cannot read; empty if there can be none. */
    private static Optional<Path> historyFile() {
        Map<String, String> environment = System.getenv();
        String state = ModelSource.set(environment, "XDG_STATE_HOME");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        Path folder = (state != null ? Path.of(state) : Path.of(home, ".local", "state")).resolve("runnel");
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            return Optional.of(folder.resolve(HISTORY));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public @Nullable String next() {
        while (true) {
            try {
                return reader.readLine(PROMPT).replace("\\\n", "\n");
            } catch (UserInterruptException e) {
                Terminal.dim("Ctrl-D leaves.");
            } catch (EndOfFileException e) {
                return null;
            }
        }
    }

    @Override
    public boolean interactive() {
        return true;
    }

    @Override
    public void onInterrupt(@Nullable Runnable action) {
        interrupted = action;
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            // It is left as it is; there is nobody to tell.
        }
    }

    /** What is typed is text, not words to be taken apart: quotes and such mean nothing. */
    private static final class Text implements Parser {
        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && Lines.goesOn(line)) {
                throw new EOFError(-1, -1, "the line goes on");
            }
            return new Whole(line, cursor);
        }

        @Override
        public boolean isEscapeChar(char ch) {
            return false;
        }
    }

    private record Whole(String line, int cursor) implements CompletingParsedLine {
        @Override
        public String word() {
            return line;
        }

        @Override
        public int wordCursor() {
            return cursor;
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(line);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return cursor;
        }

        @Override
        public int rawWordLength() {
            return line.length();
        }
    }
}
