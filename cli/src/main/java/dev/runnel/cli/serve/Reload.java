package dev.runnel.cli.serve;

import dev.runnel.cli.base.MisusedException;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.routing.RoutedModel;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jline.utils.Signals;

/** Reads the configuration file again while the server runs, when the signal HUP asks for it. What runs goes on as it began. */
final class Reload {
    private static final System.Logger LOG = System.getLogger(Reload.class.getName());
    private static final String SIGNAL = "HUP";

    private final Supplier<GivenRoutes> reading;
    private final RoutedModel model;
    private final Projects projects;
    private OptionValues before;

    /**
     * Ready for the signal.
     *
     * @param reading reads options and file as they are now; throws {@link MisusedException} if there is a mistake
     * @param begun the values that the server was started with
     */
    Reload(Supplier<GivenRoutes> reading, RoutedModel model, Projects projects, OptionValues begun) {
        this.reading = reading;
        this.model = model;
        this.projects = projects;
        this.before = begun;
    }

    /** Waits for the signal, which would otherwise end the process. */
    void listen() {
        Signals.register(SIGNAL, this::run);
    }

    private synchronized void run() {
        try {
            GivenRoutes routes = reading.get();
            model.replace(routes.plan());
            projects.replace(routes.projects());
            LOG.log(Level.INFO, "the configuration file was read again: {0}",
                    routes.told().isEmpty() ? "it gives no names" : routes.told());
            List<String> later = ServeOptions.ALL.stream().filter(option -> changed(option, routes.values()))
                    .map(Option::name).toList();
            if (!later.isEmpty()) {
                LOG.log(Level.WARNING, "these options have changed, and count from the next start on: {0}",
                        String.join(", ", later));
            }
        } catch (MisusedException e) {
            LOG.log(Level.WARNING, "the configuration file was not taken, and what it said before counts: {0}",
                    e.getMessage());
        }
    }

    /** Names are taken in at once. */
    private boolean changed(Option<?> option, OptionValues now) {
        return !List.of(ServeOptions.ALIASES, ServeOptions.MODEL).contains(option)
                && !Objects.equals(now.text(option), before.text(option));
    }
}
