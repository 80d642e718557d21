package dev.runnel.cli.reply;

import dev.runnel.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say how a reply looks. */
public final class Look {
    @ArgGroup(exclusive = true)
    @Nullable
    Choice choice;

    /** One of two. */
    static final class Choice {
        @Option(names = "--markdown", description = "Render headings, lists, code and tables, and wrap lines at words. Default on a terminal.")
        boolean markdown;

        @Option(names = "--plain", description = "Print the reply as it comes. Default in a pipe.")
        boolean plain;
    }

    public Display display() {
        boolean rendered = choice == null ? Terminal.renders() : choice.markdown;
        return rendered ? Display.MARKDOWN : Display.PLAIN;
    }
}
