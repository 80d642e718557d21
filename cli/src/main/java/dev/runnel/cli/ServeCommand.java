package dev.runnel.cli;

import dev.runnel.model.Model;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.ServerOptions;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Durability;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.runs.OnFault;
import dev.runnel.server.engine.runs.RunLimits;
import dev.runnel.server.engine.runs.RunPolicy;
import dev.runnel.server.model.AliasedModel;
import dev.runnel.server.model.ModelNames;
import dev.runnel.server.tool.filesearch.SearchPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code runnel serve}: the server, until it is stopped. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves the Assistants API v2 and chat completions over a model server.")
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Listen at this address. Default: ${DEFAULT-VALUE}.")
    String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080", description = "Listen at this port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    int port = 8080;

    @Option(names = "--database", paramLabel = "URL", description = "The database. Or: RUNNEL_DATABASE. Default: sqlite:runnel.db.")
    @Nullable
    String database;

    @Option(names = "--api-key", paramLabel = "[PROJECT=]KEY", description = "Take requests with this key only. Can be repeated; @FILE names a file with one key a line. Better: RUNNEL_API_KEYS, a list, because other users of this machine can read a command's options.")
    @Nullable
    List<String> apiKeys;

    @Option(names = "--allow-origin", paramLabel = "ORIGIN", description = "The origin of web pages that may send requests, as https://app.example; can be repeated. *, with keys only, allows all.")
    List<String> allowedOrigins = List.of();

    @Option(names = "--ignore-unsupported-tools", description = "Take tools that this server does not have, and leave them out of prompts, rather than refuse them.")
    boolean ignoreUnsupportedTools;

    @Option(names = "--insecure", description = "Serve other machines without keys.")
    boolean insecure;

    @Option(names = "--max-body", paramLabel = "SIZE", defaultValue = "16MiB", converter = Units.Size.class, description = "The largest request. Default: ${DEFAULT-VALUE}.")
    int maxBody;

    @Option(names = "--max-file", paramLabel = "SIZE", defaultValue = "512MiB", converter = Units.Size.class, description = "The largest uploaded file. Default: ${DEFAULT-VALUE}.")
    int maxFile;

    @Option(names = "--durability", paramLabel = "LEVEL", defaultValue = "normal", description = "normal: no event that a reader saw is lost if the process ends. full: nor if the power fails. Default: ${DEFAULT-VALUE}.")
    Durability durability = Durability.NORMAL;

    @Option(names = "--run-lifetime", paramLabel = "DURATION", defaultValue = "10m", converter = Units.Span.class, description = "A run expires this long after its creation. Default: ${DEFAULT-VALUE}.")
    Duration runLifetime = Duration.ofMinutes(10);

    @Option(names = "--event-retention", paramLabel = "DURATION", defaultValue = "1d", converter = Units.Span.class, description = "A run's stream can be read again for this long after its end. The run and its messages stay. Default: ${DEFAULT-VALUE}.")
    Duration eventRetention = Duration.ofDays(1);

    @Option(names = "--on-crash", paramLabel = "retry|fail", defaultValue = "retry", description = "If the server crashes during a run: retry tries it again, 3 times in all; fail ends it as failed. Default: ${DEFAULT-VALUE}.")
    OnFault onCrash = OnFault.RETRY;

    @Option(names = "--drain", paramLabel = "DURATION", defaultValue = "30s", converter = Units.Wait.class, description = "When the server is stopped, runs may go on for this long. Then they wait for the next start. 0 stops at once. Default: ${DEFAULT-VALUE}.")
    Duration drain = Duration.ofSeconds(30);

    @Option(names = "--max-runs", paramLabel = "N", defaultValue = "10000", converter = Units.Count.class, description = "Execute at most this many runs at once. Further runs are queued, first come, first served. Default: ${DEFAULT-VALUE}.")
    int maxRuns;

    @Option(names = "--max-rounds", paramLabel = "N", defaultValue = "128", converter = Units.Count.class, description = "A run with more rounds of tool calls fails. Default: ${DEFAULT-VALUE}.")
    int maxRounds;

    @Option(names = "--max-events", paramLabel = "N", defaultValue = "1000000", converter = Units.Count.class, description = "A run with more events fails. Default: ${DEFAULT-VALUE}.")
    int maxEvents;

    @Option(names = "--max-message", paramLabel = "N", defaultValue = "10000000", converter = Units.Count.class, description = "A run whose reply has more characters fails. Default: ${DEFAULT-VALUE}.")
    int maxMessage;

    @Option(names = "--on-model-break", paramLabel = "retry|fail", defaultValue = "fail", description = "If the model breaks off in the middle of a reply: fail ends the run as failed; retry asks the model for a new message, 3 times in all. Default: ${DEFAULT-VALUE}.")
    OnFault onModelBreak = OnFault.FAIL;

    @Option(names = "--embedding-model", paramLabel = "MODEL", description = "Embed what vector stores hold with this model of the model server, rather than with the built-in one, which knows English. What is there is embedded anew in the background.")
    @Nullable
    String embeddingModel;

    @Option(names = "--file-search", paramLabel = "auto|always", defaultValue = "auto", description = "When runs search files: auto lets the model call the search; always searches with the user's message before the model is asked, for models that never call tools. Default: ${DEFAULT-VALUE}.")
    SearchPolicy.When fileSearch = SearchPolicy.When.AUTO;

    @Option(names = "--file-search-tokens", paramLabel = "N", defaultValue = "16000", converter = Units.Count.class, description = "Show the model at most this many tokens of passages for one search. Less suits models of a short context. Default: ${DEFAULT-VALUE}.")
    int fileSearchTokens;

    @Option(names = "--open", description = "Open the page in the browser.")
    boolean open;

    @Option(names = "--no-page", description = "Serve the API alone, without the page at /.")
    boolean noPage;

    @Option(names = "--alias", paramLabel = "NAME=MODEL", description = "Answer requests for NAME with the model server's MODEL, as in gpt-4o=qwen3:32b. Can be repeated. *=MODEL is for all other names. Or: RUNNEL_ALIASES, a list with commas.")
    @Nullable
    List<String> aliases;

    @Option(names = {"-m",
        "--model"}, paramLabel = "MODEL", description = "Answer requests for models that the model server does not have with this one. Or: RUNNEL_MODEL.")
    @Nullable
    String missing;

    @Mixin
    ModelSource modelSource = new ModelSource();

    @Option(names = "--max-connections", paramLabel = "NUMBER", converter = Units.Count.class, description = "How many clients may be connected at once; a further one gets a 503. Default: half of the files that the process may still open.")
    int maxConnections;

    @Spec
    @Nullable
    CommandSpec command;

    private volatile int exitCode;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        ServerOptions options = options(System.getenv());
        ModelNames names = names(System.getenv());
        Model named = modelSource.open(System.getenv());
        modelSource.checkIsNot(host, port, System.getenv());
        Model model = names.isEmpty() ? named : new AliasedModel(named, names);
        RunnelServer server = RunnelServer.start(options, model);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, model), "stop"));
        greet(options, server.port(), named, names);
        if (open) {
            BrowserWindow.open(root(server.port()));
        }
        String reason = String.valueOf(server.broken().toCompletableFuture().get().getMessage()); // or until a signal comes
        Terminal.error("the server cannot accept connections any more: " + reason);
        exitCode = 1;
        return exitCode;
    }

    private void stop(RunnelServer server, Model model) {
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

    private ServerOptions options(Map<String, String> environment) {
        String url = database != null ? database : ModelSource.set(environment, "RUNNEL_DATABASE");
        ServerOptions options = ServerOptions.builder().at(host, port)
                .database(url == null ? ServerOptions.DEFAULTS.database() : url)
                .runs(RunPolicy.DEFAULTS.lifetime(runLifetime).eventRetention(eventRetention)
                        .limits(new RunLimits(maxRuns, maxRounds, maxEvents, maxMessage))
                        .onCrash(onCrash)
                        .onModelBreak(onModelBreak)
                        .ignoreUnsupportedTools(ignoreUnsupportedTools))
                .search(SearchPolicy.DEFAULTS.when(fileSearch).tokens(fileSearchTokens))
                .maxConnections(maxConnections)
                .maxBody(maxBody)
                .maxFile(maxFile)
                .keys(keys(environment))
                .origins(origins())
                .insecure(insecure)
                .durability(durability)
                .embeddingModel(embeddingModel)
                .page(!noPage)
                .build();
        if (open && noPage) {
            throw wrong("--open opens the page, which --no-page leaves out.");
        }
        if (options.open() && !insecure) {
            throw wrong(host + " can be reached from other machines, and there are no keys, so anybody there could"
                    + " use the server. Set keys with RUNNEL_API_KEYS or --api-key, or pass --insecure to serve anybody.");
        }
        if (options.origins().any() && options.keys().isEmpty()) {
            throw wrong(
                    "--allow-origin '*' needs API keys: without them any web page that is opened on this machine could"
                            + " use the server. Name the origins that may.");
        }
        return options;
    }

    private AllowedOrigins origins() {
        try {
            return AllowedOrigins.of(allowedOrigins);
        } catch (IllegalArgumentException e) {
            throw wrong("--allow-origin: " + e.getMessage());
        }
    }

    /** The keys of the options or else of the environment. An empty variable is a mistake, and does not mean "no keys". */
    private ApiKeys keys(Map<String, String> environment) {
        String listed = environment.get("RUNNEL_API_KEYS");
        if (apiKeys == null && listed == null) {
            return ApiKeys.NONE;
        }
        try {
            return ApiKeys.of(apiKeys != null ? apiKeys : List.of(String.valueOf(listed)));
        } catch (IllegalArgumentException e) {
            throw wrong((apiKeys != null ? "--api-key: " : "RUNNEL_API_KEYS: ") + e.getMessage());
        }
    }

    /** The aliases of the options or else of the environment. */
    private ModelNames names(Map<String, String> environment) {
        String listed = ModelSource.set(environment, "RUNNEL_ALIASES");
        List<String> texts = aliases != null ? aliases : listed != null ? List.of(listed) : List.of();
        try {
            return ModelNames.parse(texts, missing != null ? missing : ModelSource.set(environment, "RUNNEL_MODEL"));
        } catch (IllegalArgumentException e) {
            throw wrong((aliases != null ? "--alias: " : "RUNNEL_ALIASES: ") + e.getMessage());
        }
    }

    private RuntimeException wrong(String message) {
        return command == null
                ? new IllegalArgumentException(message)
                : new CommandLine.ParameterException(command.commandLine(), message);
    }

    private void greet(ServerOptions options, int boundPort, Model model, ModelNames names)
            throws InterruptedException {
        String base = root(boundPort) + "v1";
        Terminal.line("Runnel " + Main.Version.number() + " listens at " + base);
        Terminal.line("");
        new Offer(model, names).lines().forEach(Terminal::line);
        Terminal.line("  data     " + Backend.of(options.database()).place());
        if (options.page()) {
            Terminal.line("  page     " + root(boundPort));
        }
        ApiKeys keys = options.keys();
        if (!keys.isEmpty()) {
            String projects = keys.projects().stream().map(Project::name).collect(Collectors.joining(", "));
            Terminal.line("  keys     " + keys.size() + ", of project" + (keys.projects().size() > 1 ? "s " : " ")
                    + projects);
        }
        Terminal.line("");
        String key = keys.isEmpty() ? "any" : keys.size() == 1 ? "THE_KEY" : "ONE_OF_THE_KEYS";
        Terminal.line("For a program that uses an official SDK, set its environment:");
        Terminal.line("");
        Terminal.line("  export OPENAI_BASE_URL=" + base + " OPENAI_API_KEY=" + key);
        Terminal.line("");
        Terminal.line("or, in its code, base_url = \"" + base + "\" and api_key = \"" + key + "\".");
        Terminal.line("");
        if (options.open()) {
            Terminal.line("Careful: the server has no keys. Anybody who reaches " + host + " can use it.");
        }
        Terminal.dim("Ctrl-C stops it. Runs that do not end in time go on at the next start.");
    }

    private String root(int boundPort) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + boundPort + "/";
    }
}
