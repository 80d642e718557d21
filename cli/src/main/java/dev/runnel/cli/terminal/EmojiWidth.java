package dev.runnel.cli.terminal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;

/**
 * Learns whether a terminal draws emoji that are joined from others, such as a family, as one: terminals differ, and an editor
 * with the wrong answer corrupts the line. It draws one, asks for the cursor's place, and removes the emoji.
 */
final class EmojiWidth {
    private static final String FAMILY = "👨‍👩‍👧‍👦";
    private static final String WHERE = "\u001b[6n";
    private static final String ERASED_LINE = "\r\u001b[K";
    private static final Pattern PLACE = Pattern.compile("\u001b\\[\\d+;(\\d+)R");

    /** The longest wait for the terminal's answer; it delays the first prompt. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** One behind an emoji of two columns. */
    private static final int JOINED = 3;

    private EmojiWidth() {}

    /** Asks the terminal, and configures it by the answer. Returns the text that was typed meanwhile. */
    static String learn(Terminal terminal) {
        if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
            return "";
        }
        Attributes attributes = terminal.enterRawMode();
        try {
            terminal.writer().print("\r" + FAMILY + WHERE);
            terminal.flush();
            StringBuilder read = new StringBuilder();
            Matcher place = PLACE.matcher("");
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            for (long left = PATIENCE_NANOS; left > 0
                    && !place.reset(read).find(); left = deadline - System.nanoTime()) {
                int c = terminal.reader().read(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                if (c == NonBlockingReader.EOF) {
                    break;
                } else if (c >= 0) {
                    read.append((char) c);
                }
            }
            terminal.writer().print(ERASED_LINE);
            terminal.flush();
            if (!place.reset(read).find()) {
                return read.toString();
            }
            terminal.setGraphemeClusterMode(Integer.parseInt(place.group(1)) <= JOINED, true);
            return place.replaceFirst("");
        } catch (IOException e) {
            return "";
        } finally {
            terminal.setAttributes(attributes);
        }
    }
}
