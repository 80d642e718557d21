package dev.runnel.cli.serve;

import dev.runnel.cli.servers.ModelChoice;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.routing.NameRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The lines about models in the greeting of {@code runnel serve}: the model server, and the names that the server answers to. */
final class Offer {
    private static final int LISTED = 6;
    private static final int PATIENCE_MILLIS = 2_000;

    private final Model model;
    private final GivenRoutes routes;

    /** @param model has the servers' own names as it lists them */
    Offer(Model model, GivenRoutes routes) {
        this.model = model;
        this.routes = routes;
    }

    /** The lines of the greeting. */
    List<String> lines() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        if (routes.demo()) {
            lines.add("  models   " + model.description()
                    + "; for a real one pass --model-url URL or set OPENAI_API_KEY");
            addAliases(lines, Set.of());
            return lines;
        }
        Set<String> own = routes.names().stream().filter(rule -> !rule.wild()).map(NameRule::name)
                .collect(Collectors.toSet());
        // On a thread of its own: the greeting does not wait for a model server that takes calls and is silent.
        FutureTask<List<String>> asked = new FutureTask<>(() -> model.list().stream().map(ModelInfo::id)
                .filter(name -> !own.contains(name)).toList());
        Thread.ofVirtual().start(asked);
        try {
            List<String> offered = asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            lines.add("  models   " + model.description()
                    + (offered.isEmpty() ? "" : ": " + ModelChoice.some(offered, LISTED)));
            addAliases(lines, absent(offered));
        } catch (TimeoutException e) {
            lines.add("  models   " + model.description() + ", which does not answer yet");
            addAliases(lines, Set.of());
        } catch (ExecutionException e) {
            String reason = e.getCause() instanceof ModelException told ? told.getMessage()
                    : String.valueOf(e.getCause());
            lines.add("  models   " + model.description() + ", which does not answer yet: " + reason);
            addAliases(lines, Set.of());
        }
        return lines;
    }

    private void addAliases(List<String> lines, Set<String> absent) {
        String names = routes.told();
        if (!names.isEmpty()) {
            lines.add("  aliases  " + names);
        }
        if (!absent.isEmpty()) {
            lines.add("           The model server does not list " + String.join(", ", absent) + ".");
        }
    }

    /** The targets that no model server lists; one may have them anyway. */
    private Set<String> absent(List<String> offered) {
        Set<String> targets = new TreeSet<>(routes.targets());
        offered.forEach(targets::remove);
        return offered.isEmpty() ? Set.of() : targets;
    }
}
