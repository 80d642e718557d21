package dev.runnel.cli.reply;

import dev.runnel.cli.terminal.Terminal;
import dev.runnel.cli.text.MarkdownStream;
import org.jspecify.annotations.Nullable;

/** The text of a reply on standard output, as it is or rendered. Not thread-safe. */
public final class Reply {
    private final @Nullable MarkdownStream markdown;
    private boolean begun;

    public Reply(Display display) {
        markdown = display == Display.MARKDOWN ? new MarkdownStream(Terminal.SCREEN) : null;
    }

    /** Shows a piece, at once. */
    public void add(String piece) {
        begun |= !piece.isEmpty();
        if (markdown != null) {
            markdown.add(piece);
        } else {
            Terminal.print(piece);
        }
    }

    /** Ends the reply's last line, if there is a reply. */
    public void end() {
        if (begun && markdown != null) {
            markdown.end();
            Terminal.endLine();
        } else if (begun) {
            Terminal.print("\n");
        }
        begun = false;
    }
}
