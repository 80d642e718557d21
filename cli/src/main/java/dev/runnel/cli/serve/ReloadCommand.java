package dev.runnel.cli.serve;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code runnel reload}: has a server on this machine read its configuration file again. */
@Command(name = "reload", mixinStandardHelpOptions = true, description = "Tells a server on this machine to read its configuration file again, as the signal HUP does. The server's log says whether it did.")
public final class ReloadCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "PID", description = "The server's process. Default: the only one that has a configuration file.")
    @Nullable
    Long pid;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<ProcessHandle> servers = ProcessHandle.allProcesses().filter(ReloadCommand::isServer)
                .filter(process -> pid == null || process.pid() == pid).toList();
        if (servers.isEmpty()) {
            throw new CommandException(pid == null
                    ? "no server with a configuration file runs here, or none that you may ask."
                    : "process " + pid + " is no 'runnel serve' with a configuration file, or none that you may ask.");
        }
        if (servers.size() > 1) {
            throw new CommandException("several servers run here; name one: runnel reload "
                    + servers.stream().map(process -> Long.toString(process.pid()))
                            .collect(Collectors.joining(" or "))
                    + ".");
        }
        String process = Long.toString(servers.getFirst().pid());
        Process kill = new ProcessBuilder("kill", "-HUP", process).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new CommandException("process " + process + " could not be asked.");
        }
        Terminal.line("Process " + process + " reads its configuration file again. Its log says what came of it.");
        return 0;
    }

    /** The signal would end a server without a file. */
    private static boolean isServer(ProcessHandle process) {
        List<String> words = process.info().arguments().map(List::of).orElse(List.of());
        int jar = words.stream().filter(word -> word.endsWith("runnel.jar")).findFirst().map(words::indexOf).orElse(-1);
        return jar >= 0 && words.size() > jar + 1 && words.get(jar + 1).equals("serve")
                && (words.stream().anyMatch(word -> word.equals("--config") || word.startsWith("--config="))
                        || hasVariable(process));
    }

    private static boolean hasVariable(ProcessHandle process) {
        String variable = Optional.ofNullable(ServeOptions.CONFIG.variable()).orElseThrow().name() + "=";
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ")).lines()
                    .anyMatch(line -> ("\0" + line).contains("\0" + variable));
        } catch (IOException e) {
            return false; // another user's process, or a system without such files
        }
    }
}
