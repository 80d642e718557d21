package dev.runnel.cli.help;

import dev.runnel.cli.terminal.Terminal;
import dev.runnel.cli.terminal.Window;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code runnel help}: the manual of a command. */
@Command(name = "help", description = "Explains a command.", helpCommand = true, footer = {
    "  runnel help chat",
    "  runnel help threads show"})
public final class HelpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND", arity = "0..2", description = "The command. Without it, all commands are listed.")
    @Nullable
    List<String> names;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            return ExitCode.USAGE;
        }
        CommandLine command = spec.root().commandLine();
        for (String name : names == null ? List.<String>of() : names) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                throw new CommandLine.UnmatchedArgumentException(command, List.of(name));
            }
            command = next;
        }
        Terminal.print(Manual.of(command, Window.columns()));
        return 0;
    }
}
