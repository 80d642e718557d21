package dev.runnel.server.engine.runs;

import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.rows.ActiveRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that share the database, as far as it knows them: it has no list of nodes, but the leases of the runs under way.
 * Thread-safe.
 */
public final class Nodes {
    private static final double MILLIS = 1_000;

    private final Database database;
    private final RunLog log;
    private final String own;
    private volatile boolean stopping;

    /**
     * The nodes of a database.
     *
     * @param own the name of this one
     */
    public Nodes(Database database, RunLog log, String own) {
        this.database = database;
        this.log = log;
        this.own = own;
    }

    /**
     * A node.
     *
     * @param id its name; where several nodes may share a database, it takes a new one at each start
     * @param runs how many active runs it has; where it has the database alone, those that wait for tool outputs are among them
     * @param leaseAge for how many seconds its oldest lease has not been renewed; null where leases cannot lapse, or it has
     *     none
     */
    public record Node(String id, int runs, @Nullable Double leaseAge) {}

    /**
     * A run that a node has.
     *
     * @param leaseAge for how many seconds its lease has not been renewed; null where leases cannot lapse
     */
    public record HeldRun(String id, String threadId, @Nullable Double leaseAge) {}

    /**
     * A node, and which runs it has.
     *
     * @param self whether it is the one that says so
     * @param held those of its runs that belong to the project that asks, oldest first
     */
    public record Holder(String id, boolean self, int runs, @Nullable Double leaseAge, List<HeldRun> held) {}

    /** The name of this node. */
    public String own() {
        return own;
    }

    /**
     * The nodes that have runs, and this one, in the order of their names.
     *
     * @throws dev.runnel.server.store.StoreException if the database cannot be read
     */
    public List<Node> all() {
        return byName(database.read(log::holdings)).entrySet().stream()
                .map(node -> new Node(node.getKey(), node.getValue().size(), oldest(node.getValue())))
                .toList();
    }

    /**
     * As {@link #all()}, unless this node should get no more requests.
     *
     * @throws UnavailableException if this node is being stopped
     */
    public List<Node> ready() {
        if (stopping) {
            throw UnavailableException.stopping();
        }
        return all();
    }

    /** The nodes that have runs, and this one, with those of their runs that belong to a project. */
    public List<Holder> holders(Project project) {
        return database.read(sql -> {
            Map<Long, ActiveRuns.ActiveRun> visible = ActiveRuns.of(sql, project.name());
            return byName(log.holdings(sql)).entrySet().stream()
                    .map(node -> new Holder(
                            node.getKey(), node.getKey().equals(own), node.getValue().size(), oldest(node.getValue()),
                            held(node.getValue(), visible)))
                    .toList();
        });
    }

    private static List<HeldRun> held(List<Leases.Holding> holdings, Map<Long, ActiveRuns.ActiveRun> visible) {
        List<HeldRun> held = new ArrayList<>();
        for (Leases.Holding holding : holdings) {
            ActiveRuns.ActiveRun run = visible.get(holding.run());
            if (run != null) {
                held.add(new HeldRun(run.id(), run.threadId(), seconds(holding.ageMillis())));
            }
        }
        return held;
    }

    private Map<String, List<Leases.Holding>> byName(List<Leases.Holding> holdings) {
        Map<String, List<Leases.Holding>> nodes = new TreeMap<>(Map.of(own, new ArrayList<>()));
        for (Leases.Holding holding : holdings) {
            nodes.computeIfAbsent(holding.node(), _ -> new ArrayList<>()).add(holding);
        }
        return nodes;
    }

    private static @Nullable Double oldest(List<Leases.Holding> holdings) {
        Long oldest = null;
        for (Leases.Holding holding : holdings) {
            Long age = holding.ageMillis();
            oldest = oldest == null || (age != null && age > oldest) ? age : oldest;
        }
        return seconds(oldest);
    }

    private static @Nullable Double seconds(@Nullable Long millis) {
        return millis == null ? null : millis / MILLIS;
    }

    /** From now on this node is not ready: it starts no more runs. */
    public void stopping() {
        stopping = true;
    }
}
