package dev.runnel.server.routing;

import dev.runnel.client.ApiException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.base.Allowance;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A model server at work: its calls, what its limits leave, and its health. Thread-safe. */
final class UpstreamServer {
    private static final System.Logger LOG = System.getLogger(UpstreamServer.class.getName());

    private static final int NOT_FOUND = 404;
    private static final long LATER = TimeUnit.SECONDS.toNanos(60);

    private final ServerPlan plan;
    private final Model model;
    private final KnownModels models;
    private final CircuitBreaker circuit;
    private final @Nullable Allowance requests;
    private final @Nullable Allowance tokens;
    private final Room room;

    // Guarded by this.
    private int active;
    private boolean retired;

    /**
     * Why a server does not take a call now.
     *
     * @param resting whether its circuit is open
     * @param nanos after which it may take one
     */
    record Refusal(boolean resting, long nanos) {}

    UpstreamServer(ServerPlan plan, Room room) {
        this.plan = plan;
        this.model = plan.source().get();
        this.models = new KnownModels(model);
        this.circuit = new CircuitBreaker(plan.circuit());
        this.requests = allowance(plan.limits().requests());
        this.tokens = allowance(plan.limits().tokens());
        this.room = room;
    }

    private static @Nullable Allowance allowance(int perMinute) {
        return perMinute == 0 ? null : new Allowance(perMinute, System.nanoTime());
    }

    ServerPlan plan() {
        return plan;
    }

    String name() {
        return plan.name();
    }

    Model model() {
        return model;
    }

    /** Asks it for its models. */
    List<ModelInfo> list() {
        return models.ask();
    }

    /** Begins a call if the server takes one, which {@link #leave} ends. Returns null, or else why it does not. */
    synchronized @Nullable Refusal enter() {
        long now = System.nanoTime();
        int most = plan.limits().concurrent();
        if (most > 0 && active >= most) {
            return new Refusal(false, LATER);
        }
        long full = Math.max(requests == null ? 0 : requests.nanosUntilOne(now),
                tokens == null ? 0 : tokens.nanosUntilOne(now));
        if (full > 0) {
            return new Refusal(false, full);
        }
        long pause = circuit.pause(now);
        if (pause > 0) {
            return new Refusal(true, pause);
        }
        if (requests != null) {
            requests.take(1, now);
        }
        active++;
        return null;
    }

    /** A call is over. */
    void leave() {
        boolean last;
        synchronized (this) {
            active--;
            last = retired && active == 0;
        }
        circuit.undecided();
        if (plan.limits().concurrent() > 0) {
            room.made();
        }
        if (last) {
            model.close();
        }
    }

    /** The server answers. */
    void answered() {
        if (circuit.answered()) {
            LOG.log(Level.INFO, "the model server {0} answers again", name());
        }
    }

    /** A call failed. */
    void failed(ModelException failure) {
        if (!faulty(failure)) {
            return;
        }
        if (circuit.failed(System.nanoTime())) {
            LOG.log(Level.WARNING, "the model server {0} failed {1} times in a row, and is left alone for {2} s: {3}",
                    name(), plan.circuit().faults(), plan.circuit().pause().toSeconds(), failure.getMessage());
        }
    }

    /** Whether a failure says that the server is not well; a request can be wrong too, or ask for a model that the server does not have. */
    private static boolean faulty(ModelException failure) {
        boolean absent = failure.getCause() instanceof ApiException answer && answer.status() == NOT_FOUND;
        return failure.kind() == ModelException.Kind.SERVER_ERROR && !absent;
    }

    /** The models that it is known to have. It is not asked for them while its circuit is open. */
    List<ModelInfo> known() {
        return circuit.open() ? models.last() : models.known();
    }

    /** Begins to find out {@link #known}. Does not wait. */
    Future<List<ModelInfo>> beginListing() {
        return circuit.open() ? CompletableFuture.completedFuture(models.last()) : models.begin();
    }

    /**
     * Waits for what {@link #beginListing} has begun. A server that does not answer in time has what it listed last.
     *
     * @throws ModelException if the server answers with an error, or the wait is interrupted
     */
    List<ModelInfo> listed(Future<List<ModelInfo>> begun, long nanos) {
        try {
            return begun.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.DEBUG, "the model server {0} does not list its models in time", name());
            return models.last();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ModelException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(ModelException.Kind.SERVER_ERROR, "The model call was ended.", e);
        }
    }

    /** Whether it is known to have a model, under the same condition. */
    boolean has(String model) {
        return hadBefore(model) || KnownModels.named(known(), model) != null;
    }

    /** Whether it listed a model when it was last asked. Never waits. */
    boolean hadBefore(String model) {
        return KnownModels.named(models.last(), model) != null;
    }

    /** Whether it counts tokens. */
    boolean countsTokens() {
        return tokens != null;
    }

    /** A call used tokens. */
    void used(long count) {
        if (tokens != null) {
            tokens.take(count, System.nanoTime());
        }
    }

    /** Takes no further call, and is closed when those under way are over. */
    void retire() {
        boolean idle;
        synchronized (this) {
            retired = true;
            idle = active == 0;
        }
        if (idle) {
            model.close();
        }
    }
}
