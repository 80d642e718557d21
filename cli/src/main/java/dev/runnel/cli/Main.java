package dev.runnel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command. Exit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped by Ctrl-C, 141 output closed. */
@Command(name = "runnel", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, description = "Streams runs of assistants and chat completions, from a server of its own or any other of the protocol.", synopsisSubcommandLabel = "COMMAND", subcommands = {
    RunCommand.class, ChatCommand.class, CompleteCommand.class, ServeCommand.class, AttachCommand.class,
    ThreadsCommand.class, RunsCommand.class, AssistantsCommand.class, ExportCommand.class, ImportCommand.class,
    DoctorCommand.class,
    CompletionCommand.class})
public final class Main {
    private Main() {}

    /** Runs the command and exits. */
    public static void main(String[] args) {
        Logs.configure();
        System.exit(execute(args));
    }

    /** Runs the command; answers its exit code. */
    static int execute(String... args) {
        if (args.length == 0) {
            new CommandLine(new Main()).usage(System.err);
            return Failures.MISUSED;
        }
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a prompt may begin with @, and a key's file does
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure))
                .setParameterExceptionHandler(Failures::misuse)
                .execute(args);
    }

    /** What {@code --version} says. */
    static final class Version implements IVersionProvider {
        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(not packaged)" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {
                "runnel " + number() + ", on Java " + Runtime.version() + ", " + System.getProperty("os.name")
            };
        }
    }
}
