package dev.runnel.server.routing;

import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.model.Hops;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The models that a server lists, asked for when they are needed and kept for a while. Thread-safe. */
final class KnownModels {
    private static final System.Logger LOG = System.getLogger(KnownModels.class.getName());

    /** How long a list counts as up to date. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Model model;
    private final ReentrantLock asking = new ReentrantLock();
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Offer offer;

    // Guarded by starting.
    private @Nullable FutureTask<List<ModelInfo>> underWay;

    /** The models that a server listed, null if it never listed any, and the time when it was asked. */
    private record Offer(@Nullable List<ModelInfo> models, long at) {}

    KnownModels(Model model) {
        this.model = model;
    }

    /** Asks the server for its models. */
    List<ModelInfo> ask() {
        List<ModelInfo> listed = model.list();
        offer = new Offer(listed, System.nanoTime());
        return listed;
    }

    /** The models as far as they are known: not older than the limit, unless the server does not list them any more. */
    List<ModelInfo> known() {
        Offer known = offer;
        return models(known == null || isOld(known) ? asked(known) : known);
    }

    /** Begins to find out {@link #known}, unless that is under way. Does not wait. */
    Future<List<ModelInfo>> begin() {
        starting.lock();
        try {
            FutureTask<List<ModelInfo>> begun = underWay;
            if (begun == null || begun.isDone()) {
                begun = new FutureTask<>(Hops.carried(this::known));
                underWay = begun;
                Thread.ofVirtual().name("models").start(begun);
            }
            return begun;
        } finally {
            starting.unlock();
        }
    }

    /** The models that were listed last; none if the server never listed any. Never waits. */
    List<ModelInfo> last() {
        Offer known = offer;
        return known == null ? List.of() : models(known);
    }

    static @Nullable ModelInfo named(List<ModelInfo> models, String name) {
        return models.stream().filter(info -> info.id().equals(name)).findFirst().orElse(null);
    }

    private static List<ModelInfo> models(Offer offer) {
        return offer.models == null ? List.of() : offer.models;
    }

    private static boolean isOld(Offer known) {
        return System.nanoTime() - known.at > FRESH_NANOS;
    }

    /** One caller asks; the others wait for its answer. */
    private Offer asked(@Nullable Offer before) {
        asking.lock();
        try {
            Offer known = offer;
            if (known != null && !known.equals(before)) {
                return known;
            }
            try {
                return new Offer(ask(), System.nanoTime());
            } catch (ErrorAnswerException e) {
                throw e; // the caller must see this error
            } catch (ModelException e) {
                LOG.log(Level.DEBUG, "{0} does not list its models: {1}", model.description(), e.getMessage());
                Offer kept = new Offer(known == null ? null : known.models, System.nanoTime());
                offer = kept;
                return kept;
            }
        } finally {
            asking.unlock();
        }
    }
}
