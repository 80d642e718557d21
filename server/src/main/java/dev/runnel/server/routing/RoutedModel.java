package dev.runnel.server.routing;

import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.Model;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.base.Caller;
import dev.runnel.server.model.ModelMember;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Many model servers as one model. A request goes to the server that the plan has for its name, and carries that server's own name for the model;
 * the reply has the name that the caller asked for. Thread-safe.
 */
public final class RoutedModel implements Model {
    private static final System.Logger LOG = System.getLogger(RoutedModel.class.getName());

    private static final int MAX_TOLD = 1_000;
    private static final Duration LISTING = Duration.ofSeconds(5);

    private final Room room = new Room();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private volatile Routing routing;

    /** Opens the servers of a plan. */
    public RoutedModel(RoutingPlan plan) {
        this.routing = new Routing(plan,
                plan.servers().stream().map(server -> new UpstreamServer(server, room)).toList(),
                room);
    }

    /** Follows another plan from now on. Calls under way end as they began; what servers have in both plans stays as it is. */
    public synchronized void replace(RoutingPlan plan) {
        List<UpstreamServer> before = routing.servers();
        List<UpstreamServer> after = new ArrayList<>();
        for (ServerPlan server : plan.servers()) {
            after.add(before.stream().filter(old -> old.plan().equals(server)).findFirst()
                    .orElseGet(() -> new UpstreamServer(server, room)));
        }
        told.clear();
        routing = new Routing(plan, after, room);
        before.stream().filter(old -> !after.contains(old)).forEach(UpstreamServer::retire);
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        return new RoutedStream(trip(prompt.model(), Caller.current().map(Caller::thread).orElse(null)), prompt);
    }

    @Override
    public ChatRelay relay(byte[] request) {
        return new RoutedRelay(trip(ModelMember.in(request), null), request);
    }

    @Override
    public ChatAnswer complete(byte[] request) {
        Trip trip = trip(ModelMember.in(request), null);
        Trip.Made<ChatAnswer> made = trip
                .make(permit -> permit.model()
                        .complete(ModelMember.renamed(request, trip.asked(), permit.modelName())));
        made.permit().answered();
        made.permit().usedAsTold(made.result().json());
        made.permit().end();
        String served = made.permit().modelName();
        return new ChatAnswer(ModelMember.renamed(made.result().json(), served, trip.asked()), served);
    }

    /** An alias answers here too, but not the model for missing names: it is one for chats. */
    @Override
    public Optional<byte[]> embed(byte[] request) {
        Trip trip = routing.tripOfOneModel(ModelMember.in(request));
        Trip.Made<Optional<byte[]>> made = trip
                .make(permit -> permit.model().embed(ModelMember.renamed(request, trip.asked(), permit.modelName())));
        made.permit().answered();
        made.permit().end();
        return made.result().map(answer -> ModelMember.renamed(answer, made.permit().modelName(), trip.asked()));
    }

    private Trip trip(String asked, @Nullable String key) {
        Routing now = routing;
        Trip trip = now.trip(asked, key);
        String targets = String.join(", else ", now.targets(asked).stream().map(RouteTarget::toString).toList());
        if (!targets.equals(asked)) {
            boolean first = told.size() < MAX_TOLD && told.add(asked);
            LOG.log(first ? Level.INFO : Level.DEBUG, "the model {1} answers for {0}", asked, targets);
        }
        return trip;
    }

    /**
     * The names that callers may use: those of servers, and those of rules but for patterns. Several servers are asked at once, and one that
     * does not answer within 5 seconds counts with the models that it listed last.
     */
    @Override
    public List<ModelInfo> list() {
        Routing now = routing;
        Map<String, ModelInfo> all = new LinkedHashMap<>();
        Map<String, ModelInfo> served = new LinkedHashMap<>();
        listed(now).forEach((server, models) -> {
            for (ModelInfo info : models) {
                served.putIfAbsent(info.id(), info);
                if (server.plan().listed()) {
                    all.putIfAbsent(info.id(), info);
                }
            }
        });
        now.plan().rules().stream().filter(rule -> !rule.wild())
                .forEach(rule -> all.putIfAbsent(rule.name(), alias(rule.name(), rule.targets(), served)));
        return List.copyOf(all.values());
    }

    private static Map<UpstreamServer, List<ModelInfo>> listed(Routing now) {
        if (now.plan().single()) {
            UpstreamServer server = now.servers().getFirst();
            return Map.of(server, server.list());
        }
        Map<UpstreamServer, Future<List<ModelInfo>>> begun = new LinkedHashMap<>();
        now.servers().forEach(server -> begun.put(server, server.beginListing()));
        long end = System.nanoTime() + LISTING.toNanos();
        Map<UpstreamServer, List<ModelInfo>> listed = new LinkedHashMap<>();
        begun.forEach((server, models) -> listed.put(
                server, server.listed(models, Math.max(0, end - System.nanoTime()))));
        return listed;
    }

    /** A name that is not listed can still be asked for if another model answers for it. */
    @Override
    public @Nullable ModelInfo find(String name) {
        List<ModelInfo> listed = list();
        ModelInfo found = KnownModels.named(listed, name);
        List<RouteTarget> targets = routing.targets(name);
        return found != null || targets.equals(List.of(RouteTarget.of(name)))
                ? found
                : alias(name, targets, listed.stream().collect(Collectors.toMap(ModelInfo::id, info -> info)));
    }

    @Override
    public String answering(String name) {
        return routing.answering(name);
    }

    private static ModelInfo alias(String name, List<RouteTarget> targets, Map<String, ModelInfo> served) {
        ModelInfo target = served.get(targets.getFirst().model());
        return new ModelInfo(name, target == null ? 0 : target.created(), target == null ? "" : target.ownedBy());
    }

    @Override
    public String description() {
        List<UpstreamServer> servers = routing.servers();
        return servers.size() == 1
                ? servers.getFirst().model().description()
                : "the model servers " + String.join(", ", servers.stream().map(UpstreamServer::name).toList());
    }

    @Override
    public void close() {
        routing.servers().forEach(server -> server.model().close());
    }
}
