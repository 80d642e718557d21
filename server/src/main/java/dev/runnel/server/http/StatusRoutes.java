package dev.runnel.server.http;

import dev.runnel.server.engine.Engine;
import dev.runnel.server.engine.runs.Nodes;
import dev.runnel.server.engine.runs.Nodes.Holder;
import dev.runnel.server.engine.runs.Nodes.Node;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.OpenApi;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

import static dev.runnel.server.http.openapi.Operation.describe;

/** How the server is, for supervisors, load balancers and operators. */
final class StatusRoutes {
    /** A supervisor that gets no answer for a second restarts the server, though the fault may be the database's. */
    private static final long HEALTH_MILLIS = 500;

    private final Engine engine;
    private final Nodes nodes;

    StatusRoutes(Engine engine) {
        this.engine = engine;
        this.nodes = engine.nodes();
    }

    void register(Router router) {
        router.route("GET", "/healthz",
                exchange -> exchange.send(new Health(
                        "ok", OpenApi.version(), engine.executing(), engine.queued(), nodesSoon())),
                describe("getHealth", "Whether the server is up, an extension").gives(Health.class));
        router.route("GET", "/readyz",
                exchange -> exchange.send(new Readiness("ready", nodes.own(), nodes.ready())),
                describe("getReadiness",
                        "Whether the server can read its data and takes requests, and which servers execute runs, an extension")
                        .gives(Readiness.class));
        router.route("GET", "/nodes",
                exchange -> exchange.send(new Holders(nodes.holders(exchange.project()))),
                describe("listNodes", "Which server has which runs, an extension").gives(Holders.class));
    }

    /**
     * The answer of a server that is up.
     *
     * @param runsExecuting how many runs are being executed
     * @param runsQueued how many runs wait for other runs to end
     * @param nodes the servers that have runs, and this one; null if the database does not answer soon
     */
    record Health(String status, String version, int runsExecuting, int runsQueued, @Nullable List<Node> nodes) {}

    /**
     * The answer of a server whose database can be read.
     *
     * @param node the name of this server
     * @param nodes the servers that have runs, and this one
     */
    record Readiness(String status, String node, List<Node> nodes) {}

    /** The servers that have runs, and this one. */
    record Holders(List<Holder> nodes) {}

    private @Nullable List<Node> nodesSoon() throws InterruptedException {
        FutureTask<List<Node>> reading = new FutureTask<>(nodes::all);
        Thread.ofVirtual().name("nodes").start(reading);
        try {
            return reading.get(HEALTH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null; // the server is up all the same
        }
    }
}
