package dev.runnel.cli.serve;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.base.Logs;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.base.Version;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.model.Model;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.routing.RoutedModel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.HOST;
import static dev.runnel.server.options.ServerOptions.NO_PAGE;
import static dev.runnel.server.options.ServerOptions.OPERATOR_KEY;
import static dev.runnel.server.options.ServerOptions.PORT;

/** {@code runnel serve}: the server, until it is stopped. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves the Assistants API v2 and chat completions over a model server.")
public final class ServeCommand implements Callable<Integer> {
    /** The hosts that stand for all addresses of the machine. */
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    @Mixin
    final Given given = Given.of(ServeOptions.ALL);

    @Mixin
    ModelSource modelSource = new ModelSource();

    private volatile int exitCode;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        GivenRoutes routes = GivenRoutes.of(given, modelSource);
        OptionValues values = routes.values();
        Logs.write(values.get(ServeOptions.LOG_FORMAT));
        Projects projects = new Projects(routes.projects());
        ServerOptions options = options(values, projects);
        routes.checkLeadElsewhere(options.get(HOST), options.get(PORT));
        RoutedModel model = new RoutedModel(routes.plan());
        RunnelServer server = started(options, model, projects);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(server, model, values.get(ServeOptions.DRAIN)), "stop"));
        if (values.find(ServeOptions.CONFIG) != null) {
            new Reload(() -> again(options.get(HOST), server.port()), model, projects, values).listen();
        }
        greet(options, projects.keyed() || server.hasStoredKeys(), server, new Offer(model, routes));
        if (values.get(ServeOptions.OPEN)) {
            BrowserWindow.open(root(options, server.port()));
        }
        String reason = String.valueOf(server.broken().toCompletableFuture().get().getMessage()); // or until a signal comes
        Terminal.error("the server cannot accept connections any more: " + reason);
        exitCode = 1;
        return exitCode;
    }

    /** The routes as they are given now, for a server that is at an address. */
    private GivenRoutes again(String host, int port) {
        GivenRoutes routes = GivenRoutes.of(given, modelSource);
        routes.checkLeadElsewhere(host, port);
        return routes;
    }

    private static RunnelServer started(ServerOptions options, Model model, Projects projects) {
        try {
            return RunnelServer.start(options, model, projects);
        } catch (IllegalArgumentException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
    }

    private void stop(RunnelServer server, Model model, Duration drain) {
        Terminal.interrupted();
        int runs = server.executing();
        if (runs > 0 && !drain.isZero()) {
            Terminal.line("Stopping: " + runs + (runs == 1 ? " run" : " runs") + " under way may go on for "
                    + drain.toSeconds() + " s.");
        }
        server.stop(drain);
        model.close();
        // It ended as requested: a supervisor must not take the signal for a failure.
        Runtime.getRuntime().halt(exitCode);
    }

    private static ServerOptions options(OptionValues values, Projects projects) {
        if (values.get(ServeOptions.OPEN) && values.get(NO_PAGE)) {
            throw new MisusedException(
                    "--open needs the page, and --no-page leaves it out: pass one of them.");
        }
        ServerOptions options = ServerOptions.of(values);
        try {
            options.check(projects.keyed());
        } catch (IllegalArgumentException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
        return options;
    }

    private static void greet(ServerOptions options, boolean otherKeys, RunnelServer server, Offer offer)
            throws InterruptedException {
        int boundPort = server.port();
        String base = root(options, boundPort) + "v1";
        Terminal.line("Runnel " + Version.number() + " listens at " + base
                + (everywhere(options) ? " and at all other addresses of this machine" : ""));
        Terminal.line("");
        offer.lines().forEach(Terminal::entries);
        Terminal.entries("  data     " + Backends.of(options.get(DATABASE)).place());
        server.codeInWords().ifPresent(where -> Terminal.entries("  code     runs " + where));
        if (!options.get(NO_PAGE)) {
            Terminal.entries("  page     " + root(options, boundPort));
        }
        ApiKeys keys = options.get(API_KEYS);
        if (!options.get(OPERATOR_KEY).isEmpty()) {
            Terminal.entries("  keys     made by 'runnel keys' with the operator's key");
        }
        if (!keys.isEmpty()) {
            String names = keys.projects().stream().map(Project::name).collect(Collectors.joining(", "));
            Terminal.entries("  keys     " + keys.size() + ", of project" + (keys.projects().size() > 1 ? "s " : " ")
                    + names);
        }
        Terminal.line("");
        boolean keyed = options.keyed() || otherKeys;
        String key = !keyed ? "any" : keys.size() == 1 ? "THE_KEY" : "ONE_OF_THE_KEYS";
        Terminal.line("For a program that uses an official SDK, set its environment:");
        Terminal.line("");
        Terminal.line(Terminal.command("  export OPENAI_BASE_URL=" + base + " OPENAI_API_KEY=" + key));
        Terminal.line("");
        Terminal.line("or, in its code, base_url = \"" + base + "\" and api_key = \"" + key + "\".");
        Terminal.line("");
        if (options.open() && !keyed) {
            Terminal.line("Careful: the server has no keys. Anybody who reaches " + options.get(HOST) + " can use it.");
        }
        Terminal.dim("Ctrl-C stops it. Runs that do not end in time go on at the next start.");
    }

    /** The address for programs of this machine. A server at all addresses is at the one of loopback too. */
    private static String root(ServerOptions options, int boundPort) {
        String host = everywhere(options) ? "127.0.0.1" : options.get(HOST);
        return (options.encrypted() ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + boundPort + "/";
    }

    private static boolean everywhere(ServerOptions options) {
        return EVERYWHERE.contains(options.get(HOST));
    }
}
