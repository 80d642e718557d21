package dev.runnel.cli.reply;

import dev.runnel.cli.terminal.Terminal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply of one or more messages on standard output: their text as it arrives, and their footnotes. Not thread-safe. */
final class ShownReply {
    private final boolean json;
    private final Reply reply;
    private final Tally tally = new Tally();
    private final Footnotes footnotes = new Footnotes();
    private @Nullable String writing;

    /** @param display how the text is shown, or whether events are shown instead */
    ShownReply(Display display) {
        this.json = display == Display.JSON;
        this.reply = new Reply(display);
    }

    /** Whether events are shown instead of text. */
    boolean isJson() {
        return json;
    }

    /** The numbers of the files that the messages cite. */
    Footnotes footnotes() {
        return footnotes;
    }

    /** Shows the waiting sign. */
    void waiting() {
        if (!json) {
            Terminal.waiting();
        }
    }

    /** Shows more of a message. */
    void write(String message, String text) {
        if (text.isEmpty()) {
            return;
        }
        if (writing != null && !writing.equals(message)) {
            reply.end();
        }
        writing = message;
        tally.piece(text);
        reply.add(text);
    }

    /** Shows lines about the reply between its messages. */
    void aside(List<String> lines) {
        for (String line : lines) {
            reply.end();
            Terminal.dim(line);
        }
    }

    /** Ends the reply where it stands. */
    void end() {
        reply.end();
        List<String> notes = footnotes.take();
        if (!notes.isEmpty()) {
            Terminal.print("\n" + String.join("\n", notes) + "\n");
        }
    }

    /** The line about a live reply. */
    String line(String model, long tokens, boolean streamed) {
        return tally.line(model, tokens, streamed);
    }
}
