package dev.runnel.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model server that says what a test tells it to, byte for byte: HTTP/1.1 with keep-alive on a free port of
 * 127.0.0.1.
 *
 * <p>Each POST, whatever its path, takes the next {@linkplain #enqueue queued} script; when none is left, the
 * {@linkplain #answer answer function} gives one. GET {@code /v1/models} lists the {@linkplain #models models}.
 * Anything else is answered 404, or as {@link #answerOthers} says. Safe for use by any thread; its own threads are daemons.
 */
public final class ScriptedModelServer implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final ServerSocket listener;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    private final Deque<Script> queue = new ArrayDeque<>();
    private final List<RecordedRequest> requests = new ArrayList<>();

    private volatile Function<RecordedRequest, Script> answer = request -> Script.chat("Hello", " world");
    private volatile Function<RecordedRequest, Script> others = request -> Script.error(
            404, "invalid_request_error", "nothing scripted for " + request);
    private volatile List<String> models = List.of("scripted-model");
    private volatile @Nullable Script modelsAnswer;

    private ScriptedModelServer(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Starts a server that answers every POST with {@code Script.chat("Hello", " world")}.
     *
     * @throws UncheckedIOException if no port can be opened
     */
    public static ScriptedModelServer start() {
        try {
            var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            var server = new ScriptedModelServer(new ServerSocket(0, BACKLOG, loopback));
            startDaemon("scripted-model-acceptor", server::acceptAll);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1");
    }

    /** Adds answers for the next POSTs, first come, first served, over all connections. */
    public synchronized void enqueue(Script... scripts) {
        Collections.addAll(queue, scripts);
    }

    /**
     * Answers every POST that finds the queue empty. The function may block and is called by several threads at once,
     * one per connection; if it throws, the answer is status 500 with the exception's text.
     */
    public void answer(Function<RecordedRequest, Script> function) {
        answer = function;
    }

    /** Answers every request that is neither a POST nor GET {@code /v1/models}; as {@link #answer} else. */
    public void answerOthers(Function<RecordedRequest, Script> function) {
        others = function;
    }

    /** Sets the ids that GET {@code /v1/models} lists; {@code scripted-model} by default. */
    public void models(String... ids) {
        models = List.of(ids);
    }

    /** Answers every GET {@code /v1/models} in this way, instead of with a list of the {@linkplain #models models}. */
    public void answerModels(Script script) {
        modelsAnswer = script;
    }

    /** The POSTs so far, in order of arrival. A snapshot. */
    public synchronized List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Waits for a POST.
     *
     * @param index 0 is the first POST since the start
     * @throws AssertionError if it has not arrived when the timeout has passed
     */
    public synchronized RecordedRequest awaitRequest(int index, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (requests.size() <= index) {
            long millisLeft = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millisLeft <= 0) {
                throw new AssertionError(
                        "request " + index + " did not arrive within " + timeout + "; so far: " + requests);
            }
            wait(millisLeft);
        }
        return requests.get(index);
    }

    /** Stops listening and cuts every connection at once, in the middle of scripts too. A second call does nothing. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(Connection::close);
    }

    private void acceptAll() {
        try {
            while (true) {
                serve(listener.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        var connection = new Connection(socket, this::scriptFor);
        connections.add(connection);
        if (listener.isClosed()) {
            connection.close();
        }
        startDaemon("scripted-model-reader", () -> {
            connection.serve();
            connections.remove(connection);
        });
    }

    private Script scriptFor(RecordedRequest request) {
        if (request.method().equals("GET") && request.path().equals("/v1/models")) {
            Script given = modelsAnswer;
            return given == null ? Script.json(200, modelList()) : given;
        }
        boolean post = request.method().equals("POST");
        var queued = post ? record(request) : null;
        if (queued != null) {
            return queued;
        }
        try {
            return (post ? answer : others).apply(request);
        } catch (RuntimeException e) {
            return Script.error(500, "server_error", "the answer function failed: " + e);
        }
    }

    /** Records a POST and takes the script that is queued for it. */
    private synchronized @Nullable Script record(RecordedRequest request) {
        requests.add(request);
        notifyAll();
        return queue.poll();
    }

    private String modelList() {
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = list.putArray("data");
        models.forEach(id -> data.addObject().put("id", id).put("object", "model").put("created", 0).put("owned_by",
                "testkit"));
        return list.toString();
    }

    private static void startDaemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
