package dev.runnel.cli;

import dev.runnel.client.RunnelException;
import dev.runnel.server.model.ModelException;
import dev.runnel.server.store.StoreException;
import picocli.CommandLine;

/** One clear line for a person, and an exit code; a stack trace only for a fault of our own. */
final class Failures {
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private Failures() {}

    /** The command could not do what it was asked. */
    static final class CommandException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CommandException(String message) {
            super(message);
        }
    }

    static int report(Exception failure) {
        switch (failure) {
            case CommandException expected -> Terminal.error(expected.getMessage());
            case RunnelException client -> Terminal.error(client.getMessage());
            case ModelException model -> Terminal.error(model.getMessage());
            case StoreException store -> Terminal.error(store.getMessage());
            case IllegalArgumentException wrong -> Terminal.error(wrong.getMessage());
            case IllegalStateException state -> Terminal.error(state.getMessage());
            default -> {
                Terminal.error("a fault of runnel's own; please report it with this:");
                failure.printStackTrace();
            }
        }
        return FAILED;
    }

    static int misuse(CommandLine.ParameterException wrong, String[] args) {
        Terminal.error(wrong.getMessage());
        CommandLine command = wrong.getCommandLine();
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return MISUSED;
    }
}
