package dev.runnel.server.engine.handover;

import dev.runnel.protocol.Run;
import dev.runnel.server.engine.runs.EndableCall;
import dev.runnel.server.engine.runs.StoppedException;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.HandedCalls;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.RunTools;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Carries out calls that other nodes ask of this one, and says that this one is there. A call ends when its asker waits no longer:
 * within a second, or when the asker has given no sign of life for a while. Thread-safe.
 */
final class CallsForOthers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CallsForOthers.class.getName());

    /** How long after its last sign of life a node is taken to be there. */
    private static final Duration LIFE = Duration.ofSeconds(15);

    /** How long the row of a node that is gone stays: while the database is away, all nodes seem to be. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(5);

    /** How often to look for calls, and for those that nobody waits for. Where notices work, this node learns of them sooner. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final int AT_ONCE = 100;

    private final Database database;
    private final RunLog log;
    private final String node;
    private final InstantSource clock;
    private final ServerTools tools;
    private final List<Timers.Timer> timers;

    private final ConcurrentMap<String, EndableCall> underWay = new ConcurrentHashMap<>();
    private final ReentrantLock looking = new ReentrantLock();
    private volatile boolean closed;

    CallsForOthers(Database database, RunLog log, String node, InstantSource clock, ServerTools tools, Timers timers) {
        this.database = database;
        this.log = log;
        this.node = node;
        this.clock = clock;
        this.tools = tools;
        this.timers = List.of(
                timers.every(BETWEEN_SIGNS, () -> quietly(this::giveSign)),
                timers.every(LOOK, () -> quietly(this::look)));
        giveSign();
    }

    /** Looks for calls soon, on another thread. */
    void lookSoon() {
        if (!closed) {
            Thread.ofVirtual().name("calls-for-others").start(() -> quietly(this::look));
        }
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "cannot read what other servers ask for at the moment", e);
        }
    }

    private void giveSign() {
        long now = clock.millis();
        database.write(sql -> {
            HandedCalls.alive(sql, node, now + LIFE.toMillis());
            HandedCalls.forget(sql, now, now - REMEMBERED.toMillis());
            return true;
        });
    }

    private void look() {
        looking.lock();
        try {
            if (closed) {
                return;
            }
            endUnawaited();
            int free = AT_ONCE - underWay.size();
            if (free > 0 && database.read(sql -> HandedCalls.isAnyToTake(sql, node))) {
                database.write(sql -> HandedCalls.take(sql, node, free)).forEach(this::begin);
            }
        } finally {
            looking.unlock();
        }
    }

    private void endUnawaited() {
        if (!underWay.isEmpty()) {
            Set<String> awaited = database.read(sql -> HandedCalls.awaited(sql, node, clock.millis()));
            underWay.forEach((id, call) -> {
                if (!awaited.contains(id)) {
                    call.end();
                }
            });
        }
    }

    private void begin(HandedCalls.Taken taken) {
        EndableCall call = new EndableCall();
        underWay.put(taken.id(), call);
        Thread.ofVirtual().name("call-for-another").start(() -> {
            try {
                carryOut(taken, call);
            } catch (InterruptedException | StoppedException e) {
                LOG.log(Level.DEBUG, "a call for another server was ended", e);
            } catch (RuntimeException e) {
                unanswered(e);
            } finally {
                underWay.remove(taken.id());
            }
        });
    }

    private void carryOut(HandedCalls.Taken taken, EndableCall ending) throws InterruptedException {
        Request request = Request.parse(taken.request());
        Request.Call call = request.call();
        if (call == null) {
            tools.threadDeleted(Map.of(request.tool(), Objects.requireNonNull(request.kept())));
            database.submit(sql -> HandedCalls.remove(sql, taken.id()), _ -> {}, CallsForOthers::unanswered);
            return;
        }
        String answer = answer(request, call, ending).json();
        database.submit(sql -> {
            HandedCalls.answer(sql, taken.id(), answer);
            log.call(sql, taken.asker());
            return true;
        }, _ -> {}, CallsForOthers::unanswered);
    }

    private static void unanswered(RuntimeException e) {
        LOG.log(Level.WARNING, "cannot answer another server, which will wait in vain", e);
    }

    private Answer answer(Request request, Request.Call call, EndableCall ending) throws InterruptedException {
        try {
            Optional<Run> run = database.read(sql -> Store.activeRunById(sql, call.runId()));
            Optional<RunTools.Offered> tool = run.flatMap(it -> tools.of(it).ofType(request.tool()));
            if (tool.isEmpty()) {
                return Answer.NONE;
            }
            ForAnother context = new ForAnother(run.get(), call, request.kept(), ending);
            ToolCall asked = new ToolCall(call.id(), call.index(), call.arguments(), tool.get().settings());
            return context.answer(ending.await(() -> tool.get().tool().executeForAnother(asked, context)));
        } catch (ToolException e) {
            return Answer.failed(String.valueOf(e.getMessage()));
        } catch (StoppedException | StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a call of the tool " + request.tool() + " for another server failed", e);
            return Answer.failed("The tool failed.");
        }
    }

    /** Ends all calls, and says that this node is there no longer. */
    @Override
    public void close() {
        looking.lock();
        try {
            closed = true;
        } finally {
            looking.unlock();
        }
        timers.forEach(Timers.Timer::close);
        underWay.values().forEach(EndableCall::end);
        quietly(() -> database.write(sql -> {
            HandedCalls.gone(sql, node);
            return true;
        }));
    }
}
