package dev.runnel.cli.serve;

import dev.runnel.cli.base.Logs;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.routing.ModelNames;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The options of {@code runnel serve}: those of the server, and some of the command alone. */
final class ServeOptions {
    static final Option<Duration> DRAIN = Option.of("drain", Kind.span(Duration.ZERO, Duration.ofDays(30)),
            """
                    When the server is stopped, runs may go on for this long. Then they wait for the next start. 0 stops at once.""")
            .orElse(Duration.ofSeconds(30));

    static final Option<Boolean> OPEN = Option.flag("open", "Open the page in the browser.");

    static final Option<ModelNames> ALIASES = Option
            .of("alias", Kind.list("NAME=MODEL", ModelNames::parse),
                    """
                            Answer requests for NAME with the model server's MODEL, as in gpt-4o=qwen3:32b. Can be repeated. *=MODEL is for all other \
                            names.""")
            .variable("RUNNEL_ALIASES", "a list with commas").orElse(ModelNames.NONE);

    static final Option<String> MODEL = Option.of("model", Kind.text("MODEL"), """
            Answer requests for models that the model server does not have with this one.""")
            .letter("m").variable("RUNNEL_MODEL");

    static final Option<String> CONFIG = Option.of("config", Kind.text("FILE"),
            """
                    Read options, model servers and names from this file, which is YAML. What is given here or in the environment counts more.""")
            .variable("RUNNEL_CONFIG");

    static final Option<Logs.Format> LOG_FORMAT = Option
            .of("log-format", Kind.choice("text|json", Logs.Format.class), """
                    How log lines are written: text for people, or a JSON object for programs.""")
            .orElse(Logs.Format.TEXT);

    /** All options of the command, but for those of {@link ModelSource}. */
    static final List<Option<?>> ALL = Stream
            .concat(ServerOptions.OFFERED.stream(), Stream.of(CONFIG, LOG_FORMAT, DRAIN, OPEN, ALIASES, MODEL))
            .toList();

    private ServeOptions() {}
}
