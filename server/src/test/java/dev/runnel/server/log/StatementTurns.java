package dev.runnel.server.log;

import dev.runnel.server.store.Connections;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the nodes of one database execute a statement at a time, in an order that a test chooses: the statements and the commits of
 * their writers, and their reads as a whole. Thread-safe.
 */
final class StatementTurns {
    /** How long a node may take to its next statement before a look whether it waits for a lock of another node. */
    private static final long LOOK_MILLIS = 5;

    private final BooleanSupplier lockAwaited;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<String, Standing> standings = new TreeMap<>();
    private @Nullable String turn;

    /** Of a node. One that is not named yet, or not any more, executes its statements as it likes. */
    private enum Standing {
        UNDER_WAY, AT_STATEMENT, DONE
    }

    /**
     * Turns of nodes.
     *
     * @param lockAwaited whether a statement waits for a lock in the database
     */
    StatementTurns(BooleanSupplier lockAwaited) {
        this.lockAwaited = lockAwaited;
    }

    /** From now on the statements of these nodes wait for their turns. */
    void begin(List<String> nodes) {
        lock.lock();
        try {
            standings.clear();
            nodes.forEach(node -> standings.put(node, Standing.UNDER_WAY));
        } finally {
            lock.unlock();
        }
    }

    /** A node will execute no further statement. */
    void done(String node) {
        lock.lock();
        try {
            standings.put(node, Standing.DONE);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The nodes that wait for their turn, once no node can go on without one; none if all are done. */
    List<String> waiting() throws InterruptedException {
        lock.lock();
        try {
            while (standings.containsValue(Standing.UNDER_WAY)) {
                boolean heard = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (!heard && standings.containsValue(Standing.AT_STATEMENT) && lockAwaited.getAsBoolean()) {
                    break;
                }
            }
            List<String> waiting = new ArrayList<>();
            standings.forEach((node, standing) -> {
                if (standing == Standing.AT_STATEMENT) {
                    waiting.add(node);
                }
            });
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Has a node that waits execute its statement. */
    void give(String node) {
        lock.lock();
        try {
            standings.put(node, Standing.UNDER_WAY);
            turn = node;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void await(String node) {
        lock.lock();
        try {
            if (standings.getOrDefault(node, Standing.DONE) == Standing.DONE) {
                return;
            }
            standings.put(node, Standing.AT_STATEMENT);
            changed.signalAll();
            while (!node.equals(turn)) {
                changed.awaitUninterruptibly();
            }
            turn = null;
        } finally {
            lock.unlock();
        }
    }

    /** The connections of a node, whose statements wait for their turns. */
    Connections of(String node, Connections connections) {
        return proxy(Connections.class, (self, method, arguments) -> {
            if (method.getName().equals("read")) {
                await(node);
            }
            Object result = call(connections, method, arguments);
            return result instanceof Connection writer ? writer(node, writer) : result;
        });
    }

    private Connection writer(String node, Connection real) {
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("setAutoCommit") && arguments[0].equals(true)) {
                await(node); // this commits
            }
            Object result = call(real, method, arguments);
            return result instanceof PreparedStatement statement ? statement(node, statement) : result;
        });
    }

    private PreparedStatement statement(String node, PreparedStatement real) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                await(node);
            }
            return call(real, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
