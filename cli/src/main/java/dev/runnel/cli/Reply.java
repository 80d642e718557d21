package dev.runnel.cli;

import dev.runnel.cli.text.MarkdownStream;
import org.jspecify.annotations.Nullable;

/** The text of a reply on standard output, as it is or rendered. Not thread-safe. */
final class Reply {
    private final @Nullable MarkdownStream markdown;
    private boolean begun;

    Reply(Display display) {
        markdown = display == Display.MARKDOWN ? new MarkdownStream(Terminal.SCREEN) : null;
    }

    /** Shows a piece, at once. */
    void add(String piece) {
        begun |= !piece.isEmpty();
        if (markdown != null) {
            markdown.add(piece);
        } else {
            Terminal.print(piece);
        }
    }

    /** Ends the reply's last line, if there is a reply. */
    void end() {
        if (begun && markdown != null) {
            markdown.end();
            Terminal.endLine();
        } else if (begun) {
            Terminal.print("\n");
        }
        begun = false;
    }
}
