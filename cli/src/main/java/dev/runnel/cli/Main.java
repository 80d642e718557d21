package dev.runnel.cli;

import dev.runnel.cli.ask.AttachCommand;
import dev.runnel.cli.ask.ChatCommand;
import dev.runnel.cli.ask.CompleteCommand;
import dev.runnel.cli.ask.RespondCommand;
import dev.runnel.cli.ask.RunCommand;
import dev.runnel.cli.base.Logs;
import dev.runnel.cli.base.Version;
import dev.runnel.cli.doctor.DoctorCommand;
import dev.runnel.cli.help.CompletionCommand;
import dev.runnel.cli.help.HelpCommand;
import dev.runnel.cli.help.Manual;
import dev.runnel.cli.objects.AssistantsCommand;
import dev.runnel.cli.objects.FilesCommand;
import dev.runnel.cli.objects.KeysCommand;
import dev.runnel.cli.objects.ModelsCommand;
import dev.runnel.cli.objects.NodesCommand;
import dev.runnel.cli.objects.RunsCommand;
import dev.runnel.cli.objects.SearchCommand;
import dev.runnel.cli.objects.StoresCommand;
import dev.runnel.cli.objects.ThreadsCommand;
import dev.runnel.cli.objects.UsageCommand;
import dev.runnel.cli.serve.ConfigCommand;
import dev.runnel.cli.serve.ReloadCommand;
import dev.runnel.cli.serve.SandboxCommand;
import dev.runnel.cli.serve.ServeCommand;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.cli.terminal.Window;
import dev.runnel.cli.transfer.ExportCommand;
import dev.runnel.cli.transfer.ImportCommand;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** The command. Exit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped by Ctrl-C, 141 output closed. */
@Command(name = "runnel", mixinStandardHelpOptions = true, versionProvider = Version.class, description = "Runs assistants and chat completions on any model server, streams their replies, and serves them to other programs. 'runnel help COMMAND' explains a command.", footer = {
    "  runnel run \"Tell me a short story.\"",
    "  runnel chat --model-url http://127.0.0.1:11434/v1",
    "  runnel serve --model-url http://127.0.0.1:11434/v1"})
public final class Main {
    /** In the order of the manual. */
    static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class, ChatCommand.class, RespondCommand.class, CompleteCommand.class, ServeCommand.class,
            SandboxCommand.class, ModelsCommand.class, AttachCommand.class, ThreadsCommand.class, RunsCommand.class,
            AssistantsCommand.class, FilesCommand.class, StoresCommand.class, SearchCommand.class, NodesCommand.class,
            UsageCommand.class, KeysCommand.class, ExportCommand.class, ImportCommand.class, ConfigCommand.class,
            ReloadCommand.class, DoctorCommand.class, CompletionCommand.class, HelpCommand.class);

    /** The commands that describe all commands. */
    private static final Set<Class<?>> DESCRIBING = Set.of(CompletionCommand.class, HelpCommand.class);

    private static volatile boolean over;

    private Main() {}

    /** Runs the command and exits. */
    public static void main(String[] args) {
        Logs.configure();
        Runtime.getRuntime().addShutdownHook(new Thread(Main::stopped, "tidy"));
        int code = execute(args);
        over = true;
        System.exit(code);
    }

    /** Ends the line that Ctrl-C broke off. */
    private static void stopped() {
        if (!over) {
            Terminal.interrupted();
        }
    }

    /** Runs the command and answers its exit code. The process goes on. */
    public static int execute(String... args) {
        CommandLine command = new CommandLine(new Main());
        needed(args).forEach(command::addSubcommand);
        command.setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a prompt may begin with @, and a key's file does
                .setExecutionExceptionHandler((failure, failed, parsed) -> Failures.report(failure, failed))
                .setParameterExceptionHandler(Failures::misuse)
                .setExecutionStrategy(Main::run);
        if (args.length == 0) {
            Terminal.line(Manual.of(command, Window.columns()));
            return ExitCode.USAGE;
        }
        return command.execute(args);
    }

    /** The called command, or all of them. To make all ready takes longer than most calls. */
    private static List<Class<?>> needed(String... args) {
        String called = args.length == 0 ? "" : args[0];
        for (Class<?> type : COMMANDS) {
            if (called.equals(type.getAnnotation(Command.class).name()) && !DESCRIBING.contains(type)) {
                return List.of(type);
            }
        }
        return COMMANDS;
    }

    /** Prints the manual in our own layout if the command line asks for it, or runs the command. */
    private static int run(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            if (command.isUsageHelpRequested()) {
                Terminal.print(Manual.of(command, Window.columns()));
                return 0;
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }
}
