package dev.runnel.cli;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.base.OutputClosedException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelException;
import dev.runnel.model.ModelException;
import dev.runnel.server.base.Nearest;
import dev.runnel.server.store.StoreException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** One clear line for a person, and an exit code; a stack trace only for a bug in runnel. */
final class Failures {
    /** As a shell counts a program that wrote to a closed pipe: 128 and the signal's number. */
    private static final int OUTPUT_CLOSED = 141;

    private Failures() {}

    static int report(Exception failure, CommandLine command) {
        switch (failure) {
            case MisusedException wrong -> {
                return misuse(command, wrong.getMessage());
            }
            case OutputClosedException closed -> {
                // The reader closed it.
                return OUTPUT_CLOSED;
            }
            case CommandException expected -> Terminal.error(expected.getMessage());
            case RunnelException client -> Terminal.error(client.getMessage());
            case ModelException model -> Terminal.error(model.getMessage());
            case StoreException store -> Terminal.error(store.getMessage());
            case IllegalArgumentException wrong -> Terminal.error(wrong.getMessage());
            case IllegalStateException state -> Terminal.error(state.getMessage());
            default -> {
                Terminal.error("this is a bug in runnel; please report it with these lines:");
                failure.printStackTrace();
            }
        }
        return ExitCode.SOFTWARE;
    }

    static int misuse(CommandLine.ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        return misuse(command, wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unknown(command, unmatched.getUnmatched().getFirst())
                : wrong.getMessage());
    }

    private static int misuse(CommandLine command, @Nullable String message) {
        Terminal.error(message);
        Terminal.line("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static String unknown(CommandLine command, String word) {
        boolean option = word.startsWith("-") && word.length() > 1;
        String typed = word.replaceAll("=.*", "");
        Set<String> known = option ? command.getCommandSpec().optionsMap().keySet() : command.getSubcommands().keySet();
        List<String> near = Nearest.meant(typed, known.stream().filter(name -> name.length() > 2).toList());
        String what = option ? "there is no option " + typed
                : known.isEmpty() ? "'" + word + "' is not expected here" : "there is no command " + word;
        return what + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }
}
