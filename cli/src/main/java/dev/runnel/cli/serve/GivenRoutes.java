package dev.runnel.cli.serve;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.servers.ModelOrigin;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.client.BaseUrl;
import dev.runnel.demo.DemoModel;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.config.ConfigException;
import dev.runnel.server.config.ConfigFile;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.ProjectPlan;
import dev.runnel.server.routing.ModelNames;
import dev.runnel.server.routing.NameRule;
import dev.runnel.server.routing.RouteTarget;
import dev.runnel.server.routing.RoutingPlan;
import dev.runnel.server.routing.ServerPlan;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which model servers {@code runnel serve} asks for which names: those of the command line, of the environment, and of the configuration file.
 *
 * @param values the options of the command, wherever they were given
 * @param plan the model servers and names
 * @param projects the projects of the configuration file, with their keys and limits
 * @param told the names, for a person; may be empty
 * @param origin the only model server, if options name it; null if the file names servers, or for the demo model
 */
record GivenRoutes(OptionValues values, RoutingPlan plan, List<ProjectPlan> projects, String told,
        @Nullable ModelOrigin origin) {

    /** The routes as they are given now. */
    static GivenRoutes of(Given given, ModelSource source) {
        String file = given.values().find(ServeOptions.CONFIG);
        if (file == null) {
            return of(given.values(), source.values(), null);
        }
        try {
            ConfigFile config = Config.read(file);
            return of(given.values(config.options()), source.given.values(config.options()), config);
        } catch (ConfigException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
    }

    private static GivenRoutes of(OptionValues values, OptionValues source, @Nullable ConfigFile config) {
        ModelNames names = values.get(ServeOptions.ALIASES).missing(values.find(ServeOptions.MODEL));
        List<NameRule> more = config == null ? List.of() : config.names();
        List<ProjectPlan> projects = config == null ? List.of() : config.projects();
        checkKeys(values, projects);
        if (config == null || config.servers().isEmpty()) {
            ModelOrigin origin = ModelSource.origin(source);
            RoutingPlan plan = RoutingPlan.single(origin == null ? DemoModel::new : checked(origin)::open, names);
            return new GivenRoutes(values, plan.withRules(more), projects, told(names, more), origin);
        }
        if (source.find(ModelSource.URL) != null) {
            throw new MisusedException(source.name(ModelSource.URL)
                    + ": the configuration file names servers too; name model servers in one place, and remove the other.");
        }
        return new GivenRoutes(
                values, RoutingPlan.of(config.servers(), names).withRules(more), projects, told(names, more), null);
    }

    /** The options may come from elsewhere than the file. */
    private static void checkKeys(OptionValues values, List<ProjectPlan> projects) {
        for (ProjectPlan project : projects) {
            for (Option<ApiKeys> option : List.of(ServerOptions.API_KEYS, ServerOptions.OPERATOR_KEY)) {
                if (project.keys().shares(values.get(option))) {
                    throw new MisusedException(values.name(option) + ": a key is one of the project "
                            + project.project().name() + " in the configuration file too; remove one.");
                }
            }
        }
    }

    private static ModelOrigin checked(ModelOrigin origin) {
        try {
            origin.open().close();
            return origin;
        } catch (IllegalArgumentException e) {
            throw new MisusedException("The model server's URL: " + e.getMessage());
        }
    }

    private static String told(ModelNames names, List<NameRule> more) {
        return Stream.concat(Stream.of(names.toString()).filter(text -> !text.isEmpty()),
                more.stream().map(NameRule::toString)).collect(Collectors.joining(", "));
    }

    /** Whether the built-in demo model answers. */
    boolean demo() {
        return origin == null && plan.servers().size() == 1 && !plan.servers().getFirst().named();
    }

    List<NameRule> names() {
        return plan.rules();
    }

    /** The models that other names stand for. */
    Set<String> targets() {
        Stream<NameRule> missing = Stream.ofNullable(plan.missing());
        return Stream.concat(plan.rules().stream(), missing).flatMap(rule -> rule.targets().stream())
                .map(RouteTarget::model).filter(model -> !model.contains("*")).collect(Collectors.toSet());
    }

    /** Refuses a model server with the address of this server: each request would cause another one. */
    void checkLeadElsewhere(String host, int port) {
        ModelOrigin named = origin;
        if (named != null) {
            refuseItself(named.url(), named.urlFrom(), host, port,
                    " Name the model server's URL with --model-url"
                            + (named.meant() ? "." : ", or unset OPENAI_BASE_URL."));
        }
        for (ServerPlan server : plan.servers()) {
            if (server.named()) {
                refuseItself(server.source().toString(), "the url of the server " + server.name(), host, port, "");
            }
        }
    }

    private static void refuseItself(String url, String from, String host, int port, String advice) {
        BaseUrl parsed = BaseUrl.parse(url);
        if (parsed.isAt(host, port)) {
            throw new MisusedException(
                    from + " is " + parsed + ", the address of this server itself. The server would ask"
                            + " itself without end." + advice);
        }
    }
}
