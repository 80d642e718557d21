package dev.runnel.cli.terminal;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Environment;
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
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines that a person types, with editing and a stored history. It is loaded for a chat only. */
final class EditedLines implements Lines {
    private static final String HISTORY = "chat_history";
    private static final int KEPT = 1_000;

    private static final String NOTHING = "runnel-nothing";

    private final org.jline.terminal.Terminal terminal;
    private final LineReader reader;
    private final Attributes before;
    private volatile @Nullable Runnable interrupted;

    /** The text typed before the first prompt. */
    private String ahead;

    /** Whether Ctrl-C came last, without a line. */
    private boolean leaving;

    private EditedLines(org.jline.terminal.Terminal terminal) {
        this.terminal = terminal;
        this.before = terminal.getAttributes();
        this.ahead = EmojiWidth.learn(terminal).replace('\r', '\n');
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
        takeCtrlCOnce();
        hush();
        terminal.handle(Signal.INT, signal -> {
            Runnable action = interrupted;
            if (action != null) {
                action.run();
            }
        });
    }

    /**
     * JLine interrupts the thread that reads when Ctrl-C is pressed, and then hands over the key's character as well. Read
     * by the next line, the character would be a second press.
     */
    private void takeCtrlCOnce() {
        int key = before.getControlChar(Attributes.ControlChar.VINTR);
        if (key > 0) {
            reader.getWidgets().put(NOTHING, () -> true);
            reader.getKeyMaps().values()
                    .forEach(keys -> keys.bind(new Reference(NOTHING), Character.toString(key)));
        }
    }

    /** Text typed during a reply appears at the next prompt, and not in the middle of the reply. */
    private void hush() {
        Attributes quiet = new Attributes(before);
        quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
        terminal.setAttributes(quiet);
    }

    static EditedLines open() {
        try {
            // Asked by JLine itself, the terminal's answer would swallow what was typed ahead.
            return new EditedLines(TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false).build());
        } catch (IOException e) {
            throw new CommandException("the terminal cannot be used: " + e.getMessage());
        }
    }

    /** In the user's state folder, as the XDG base directories have it, which others cannot read; empty if there can be none. */
    private static Optional<Path> historyFile() {
        Map<String, String> environment = System.getenv();
        String state = Environment.get("XDG_STATE_HOME");
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
                String line = read().replace("\\\n", "\n");
                leaving = false;
                return line;
            } catch (UserInterruptException e) {
                if (leaving && e.getPartialLine().isEmpty()) {
                    return null;
                }
                leaving = true;
                Terminal.dim("Another Ctrl-C, Ctrl-D or /bye leaves.");
            } catch (EndOfFileException e) {
                return null;
            } finally {
                Thread.interrupted(); // JLine leaves this thread interrupted by the Ctrl-C that it has told of
            }
        }
    }

    private String read() {
        int end = ahead.indexOf('\n');
        while (end > 0 && ahead.charAt(end - 1) == '\\') {
            end = ahead.indexOf('\n', end + 1);
        }
        String line = end < 0 ? ahead : ahead.substring(0, end);
        ahead = end < 0 ? "" : ahead.substring(end + 1);
        if (end < 0) {
            return reader.readLine(PROMPT, null, line);
        }
        reader.getHistory().add(line);
        terminal.writer().println(PROMPT + line.replace("\n", "\n" + MORE));
        terminal.flush();
        return line;
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
            terminal.setAttributes(before);
            terminal.close();
        } catch (IOException e) {
            // It is left as it is; there is nobody to tell.
        }
    }

    /** A line is text, not words to be taken apart: quotes and such mean nothing. */
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
