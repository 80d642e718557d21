package dev.runnel.cli.serve;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.server.config.ConfigException;
import dev.runnel.server.config.ConfigFile;
import dev.runnel.server.projects.ProjectPlan;
import dev.runnel.server.routing.NameRule;
import dev.runnel.server.routing.ServerPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code runnel config}: the configuration file of {@code runnel serve}. */
@Command(name = "config", mixinStandardHelpOptions = true, description = "Checks a configuration file of 'runnel serve'.", subcommands = ConfigCommand.Check.class)
public final class ConfigCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new MisusedException("what to do with the file? 'runnel config check FILE' looks for mistakes.");
    }

    /** {@code runnel config check}. */
    @Command(name = "check", mixinStandardHelpOptions = true, description = "Looks for mistakes in a configuration file, and shows which model server answers for which name, and what projects may use. Asks no server.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The file.")
        String file = "";

        @Override
        public Integer call() {
            ConfigFile config;
            try {
                config = Config.read(file);
            } catch (ConfigException e) {
                throw new CommandException(String.valueOf(e.getMessage()));
            }
            for (ServerPlan server : config.servers()) {
                Terminal.line("server  " + server.name() + "  " + server.source());
            }
            for (NameRule rule : config.names()) {
                Terminal.line("model   " + rule);
            }
            for (ProjectPlan project : config.projects()) {
                Terminal.line("project " + project.project().name() + "  " + keys(project.keys().size()) + "; "
                        + project.limits());
            }
            Terminal.line(file + " has no mistakes.");
            return 0;
        }

        private static String keys(int count) {
            return count == 0 ? "no key here" : count == 1 ? "1 key" : count + " keys";
        }
    }
}
