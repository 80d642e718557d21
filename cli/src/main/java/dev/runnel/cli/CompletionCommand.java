package dev.runnel.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code runnel completion}: what makes a shell complete the command's words. */
@Command(name = "completion", mixinStandardHelpOptions = true, description = "Prints a script that makes bash or zsh complete commands and options.", footerHeading = "%nExamples:%n", footer = {
    "  source <(runnel completion)                                  now, in this shell",
    "  runnel completion > ~/.local/share/bash-completion/completions/runnel",
    "  echo 'source <(runnel completion)' >> ~/.zshrc               always, in zsh"})
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() {
        if (command != null) {
            Terminal.print(AutoComplete.bash("runnel", command.root().commandLine()) + "\n");
        }
        return 0;
    }
}
