package dev.runnel.server.routing;

import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A plan at work: the servers that it names, and the order in which they are asked. Thread-safe. */
final class Routing {
    private final RoutingPlan plan;
    private final List<UpstreamServer> servers;
    private final Room room;
    private final Map<List<String>, Rotation> rotations = new ConcurrentHashMap<>();

    /** @param servers those of the plan, in its order */
    Routing(RoutingPlan plan, List<UpstreamServer> servers, Room room) {
        this.plan = plan;
        this.servers = List.copyOf(servers);
        this.room = room;
    }

    RoutingPlan plan() {
        return plan;
    }

    List<UpstreamServer> servers() {
        return servers;
    }

    /**
     * A call's way.
     *
     * @param key calls of the same key go to the same servers; null if that does not matter
     * @throws ErrorAnswerException if no server has the model
     */
    Trip trip(String asked, @Nullable String key) {
        return new Trip(asked, candidates(asked, targets(asked), key), room);
    }

    /** As {@link #trip}, for vectors, which other models would make otherwise: only the first target's servers are asked. */
    Trip tripOfOneModel(String asked) {
        List<RouteTarget> named = plan.targets(asked).orElse(List.of(RouteTarget.of(asked)));
        return new Trip(asked, candidates(asked, named.subList(0, 1), null), room);
    }

    /** The targets that answer for a name: by a rule, or of that name itself, or else the substitute for names that no server has. */
    List<RouteTarget> targets(String asked) {
        List<RouteTarget> named = plan.targets(asked).orElse(List.of(RouteTarget.of(asked)));
        NameRule missing = plan.missing();
        return missing == null || named.equals(missing.targets()) || named.stream().anyMatch(this::isServed)
                ? named
                : missing.targets(asked);
    }

    /** The first model that answers for a name, as far as it is known without asking a server. */
    String answering(String asked) {
        List<RouteTarget> named = plan.targets(asked).orElse(List.of(RouteTarget.of(asked)));
        NameRule missing = plan.missing();
        boolean served = missing == null || named.stream().anyMatch(target -> !target.servers().isEmpty()
                || servers.stream().anyMatch(server -> server.hadBefore(target.model())));
        return (served || missing == null ? named : missing.targets(asked)).getFirst().model();
    }

    private boolean isServed(RouteTarget target) {
        return !target.servers().isEmpty() || servers.stream().anyMatch(server -> server.has(target.model()));
    }

    private List<Candidate> candidates(String asked, List<RouteTarget> targets, @Nullable String key) {
        List<Candidate> candidates = new ArrayList<>();
        for (RouteTarget target : targets) {
            for (UpstreamServer server : ordered(serving(target, asked), key)) {
                candidates.add(new Candidate(server, target.model()));
            }
        }
        if (candidates.isEmpty()) {
            throw new ErrorAnswerException(ModelException.Kind.SERVER_ERROR, 404, ApiError.invalidRequest(
                    "The model '" + asked
                            + "' does not exist: no model server lists it, and no other model answers for it.",
                    null, "model_not_found"), null, null);
        }
        return candidates;
    }

    private List<UpstreamServer> serving(RouteTarget target, String asked) {
        if (!target.servers().isEmpty()) {
            return servers.stream().filter(server -> target.servers().contains(server.name())).toList();
        }
        boolean ownName = plan.targets(asked).isEmpty() && target.model().equals(asked);
        return servers.stream()
                .filter(server -> server.plan().listed() || !ownName)
                .filter(server -> plan.single() || server.has(target.model()))
                .toList();
    }

    private List<UpstreamServer> ordered(List<UpstreamServer> equal, @Nullable String key) {
        if (equal.size() < 2) {
            return equal;
        }
        return key != null
                ? Rotation.of(key, equal)
                : rotations.computeIfAbsent(equal.stream().map(UpstreamServer::name).toList(), _ -> new Rotation())
                        .next(equal);
    }
}
