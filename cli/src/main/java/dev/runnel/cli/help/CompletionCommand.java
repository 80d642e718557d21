package dev.runnel.cli.help;

import dev.runnel.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code runnel completion}: prints the script for a shell's completion. */
@Command(name = "completion", mixinStandardHelpOptions = true, description = "Prints a script that makes bash, zsh or fish complete commands and options.", footer = {
    "  source <(runnel completion)                    bash and zsh, in this shell",
    "  echo 'source <(runnel completion)' >> ~/.zshrc      always, in zsh",
    "  runnel completion > ~/.local/share/bash-completion/completions/runnel",
    "  runnel completion fish > ~/.config/fish/completions/runnel.fish"})
public final class CompletionCommand implements Callable<Integer> {
    /** The shells. */
    enum Shell {
        BASH, ZSH, FISH
    }

    @Parameters(paramLabel = "bash|zsh|fish", arity = "0..1", defaultValue = "bash", description = "The shell. Default: one script for bash and zsh.")
    Shell shell = Shell.BASH;

    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() {
        if (command != null) {
            CommandLine root = command.root().commandLine();
            Terminal.print(shell == Shell.FISH ? FishCompletion.of(root) : AutoComplete.bash("runnel", root) + "\n");
        }
        return 0;
    }
}
