package dev.runnel.server.routing;

import dev.runnel.model.Model;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model servers, and which of them answers for which name. Immutable.
 *
 * @param servers at least one, of different names
 * @param rules what answers for which name; of two patterns that match, the one with more characters counts
 * @param missing what answers for names that no rule and no server knows; null if these are refused, or passed on if there is only one server
 */
public record RoutingPlan(List<ServerPlan> servers, List<NameRule> rules, @Nullable NameRule missing) {

    /** A single model server under its own names. */
    public static RoutingPlan single(Supplier<? extends Model> source) {
        return single(source, ModelNames.NONE);
    }

    /** A single model server, and other names for its models. */
    public static RoutingPlan single(Supplier<? extends Model> source, ModelNames names) {
        return of(List.of(ServerPlan.plain(source)), names);
    }

    /** Several model servers, and other names for their models. */
    public static RoutingPlan of(List<ServerPlan> servers, ModelNames names) {
        return new RoutingPlan(servers, names.rules(), names.missingRule());
    }

    /** The same plan with more rules, which count after its own. */
    public RoutingPlan withRules(List<NameRule> more) {
        return new RoutingPlan(servers, Stream.concat(rules.stream(), more.stream()).toList(), missing);
    }

    /** Whether there is only one server. */
    boolean single() {
        return servers.size() == 1;
    }

    /** The targets that the rules give for a name; empty if no rule knows the name. */
    Optional<List<RouteTarget>> targets(String asked) {
        Optional<NameRule> exact = rules.stream().filter(rule -> rule.name().equals(asked)).findFirst();
        if (exact.isPresent()) {
            return Optional.of(exact.get().targets());
        }
        if (isTarget(asked)) {
            return Optional.empty();
        }
        return rules.stream()
                .filter(rule -> rule.wild() && rule.matched(asked).isPresent())
                .max(Comparator.comparingInt(rule -> rule.name().length()))
                .map(rule -> rule.targets(rule.matched(asked).orElse("")));
    }

    /** Whether a rule for one name leads to this model, which then keeps its own name. */
    private boolean isTarget(String model) {
        return rules.stream().filter(rule -> !rule.wild()).flatMap(rule -> rule.targets().stream())
                .anyMatch(target -> target.model().equals(model));
    }
}
