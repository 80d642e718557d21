package dev.runnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say how a reply looks. */
final class Look {
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

    Display display() {
        boolean rendered = choice == null ? Terminal.renders() : choice.markdown;
        return rendered ? Display.MARKDOWN : Display.PLAIN;
    }
}
