package dev.runnel.server.engine.handover;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.HandedCalls;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolNodes;
import dev.runnel.server.tool.ToolResult;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands calls of tools to other nodes, and has those carried out that other nodes hand to this one. Does nothing where nobody
 * shares the database, or no tool keeps anything on its node. Thread-safe.
 */
public final class Handover implements ToolNodes, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Handover.class.getName());

    /** How long to wait for a notice of another node before looking at a call again. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** How long to wait for an answer at all: longer than a call of code may take, with its files and its wait for the session. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Database database;
    private final RunLog log;
    private final String own;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();

    /** How many notices there were. Guarded by lock. */
    private long notices;

    private volatile @Nullable CallsForOthers forOthers;

    /**
     * A node that hands calls to others.
     *
     * @param own the name of this node
     * @param clock the one that all nodes follow
     */
    public Handover(Database database, RunLog log, String own, InstantSource clock) {
        this.database = database;
        this.log = log;
        this.own = own;
        this.clock = clock;
    }

    /** Begins to carry out calls of other nodes, if the tools keep something on this one. To be called once. */
    public void begin(ServerTools tools, Timers timers) {
        if (log.shared() && tools.keepOnNode()) {
            CallsForOthers begun = new CallsForOthers(database, log, own, clock, tools, timers);
            forOthers = begun;
            log.whenCalled(() -> {
                begun.lookSoon();
                wake();
            });
        }
    }

    private void wake() {
        lock.lock();
        try {
            notices++;
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String own() {
        return own;
    }

    @Override
    public Optional<ToolResult> execute(String node, ToolCall call, ToolContext context) throws InterruptedException {
        if (forOthers == null) {
            return Optional.empty();
        }
        String tool = call.settings().type();
        Request request = new Request(tool, context.kept().orElse(null), new Request.Call(
                context.run().id(), context.stepsBefore(), call.id(), call.index(), call.arguments()));
        String id = "call_" + UUID.randomUUID();
        try {
            return ask(id, node, request) ? await(id, node).carryOver(context) : Optional.empty();
        } finally {
            withdraw(id, node);
        }
    }

    private boolean ask(String id, String node, Request request) {
        return database.write(sql -> {
            boolean there = HandedCalls.ask(sql, id, node, own, request.json(), clock.millis());
            if (there) {
                log.call(sql, node);
            }
            return there;
        });
    }

    private Answer await(String id, String node) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            long before = notices();
            Optional<HandedCalls.Standing> standing = database.readPatiently(
                    sql -> HandedCalls.find(sql, id, clock.millis()));
            String answer = standing.isPresent() ? standing.get().answer() : null;
            if (answer != null) {
                return Answer.parse(answer);
            }
            if (standing.isEmpty() || !standing.get().alive()) {
                LOG.log(Level.INFO, "the server {0} is gone, with what it kept for a thread", node);
                return Answer.NONE;
            }
            awaitNotice(before);
        }
        return Answer.NONE;
    }

    private long notices() {
        lock.lock();
        try {
            return notices;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a notice beyond so many, but not for long. */
    private void awaitNotice(long before) throws InterruptedException {
        lock.lock();
        try {
            long left = LOOK.toNanos();
            while (notices == before && left > 0) {
                left = heard.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says that nobody waits for a call. If that fails, the other node finds out when this one is gone. */
    private void withdraw(String id, String node) {
        database.submit(sql -> {
            if (!HandedCalls.remove(sql, id)) {
                log.call(sql, node);
            }
            return true;
        }, _ -> {}, failure -> LOG.log(Level.DEBUG, "cannot withdraw a call from another server", failure));
    }

    @Override
    public void threadDeleted(String node, String tool, JsonValue kept) {
        if (forOthers == null) {
            return;
        }
        Request request = new Request(tool, kept, null);
        database.submit(sql -> {
            if (HandedCalls.ask(sql, "gone_" + UUID.randomUUID(), node, own, request.json(), clock.millis())) {
                log.call(sql, node);
            }
            return true;
        }, _ -> {}, failure -> LOG.log(Level.DEBUG, "cannot tell another server that a thread was deleted", failure));
    }

    /** Ends the calls of other nodes. */
    @Override
    public void close() {
        CallsForOthers begun = forOthers;
        if (begun != null) {
            begun.close();
        }
    }
}
