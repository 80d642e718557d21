package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.http2.hpack.HeaderBlock;
import dev.runnel.server.edge.wire.BodyDeadline;
import dev.runnel.server.edge.wire.BodyInput;
import dev.runnel.server.edge.wire.Handling;
import dev.runnel.server.edge.wire.HeadRequest;
import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.Service;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response. {@link #run} serves it on a thread of its own; the other methods are for other threads, and
 * never wait.
 */
final class Http2Stream implements Runnable {
    private static final System.Logger LOG = System.getLogger(Http2Stream.class.getName());
    private static final int CONTINUE = 100;

    private final int id;
    private final OpenedRequest request;
    private final Link link;
    private final Consumer<Http2Stream> ended;
    private final SendWindows.Window window;
    private final StreamOutput output;
    private final Http2Response response;
    private final Http2Body body;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Thread thread;

    // Guarded by lock.
    private boolean gone;
    private @Nullable Runnable onHangUp;

    /**
     * A stream that is about to be served.
     *
     * @param ended is told when nothing of the request is left
     */
    Http2Stream(int id, OpenedRequest request, Link link, Consumer<Http2Stream> ended) {
        Service service = link.service();
        this.id = id;
        this.request = request;
        this.link = link;
        this.ended = ended;
        this.window = link.windows().open();
        this.output = new StreamOutput(id, link.outbox(), window, service.timers(), this::stopWatching);
        this.response = new Http2Response(
                output, request.head().method().equals("HEAD"), service.date(), link.smallTable()::get);
        ReadDeadline deadline = new ReadDeadline(service.timers());
        this.body = new Http2Body(
                id, request.length(), request.hasBody(), new ReceiveWindow(id, Http2Body.WINDOW, link.outbox()),
                link.received(), deadline, new BodyDeadline(deadline, service.waits(), service.timers()),
                this::tellToContinue);
    }

    int id() {
        return id;
    }

    Http2Body body() {
        return body;
    }

    SendWindows.Window window() {
        return window;
    }

    /** Whether the client may have seen a part of the response. */
    boolean answered() {
        return response.begun();
    }

    private void tellToContinue() {
        if (request.head().lists("expect", "100-continue") && !response.begun()) {
            link.outbox().control(
                    new FrameBytes().headers(id, new HeaderBlock(CONTINUE, link.smallTable().get()).bytes(), false));
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            HttpHandler handler = request.handler();
            Handling.answer(handler, new HeadRequest(request.head(), body, this::watch), response, this::stopWatching);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a stream broke: {0}", e.getMessage());
        } finally {
            finish();
            ended.accept(this);
        }
    }

    private void finish() {
        if (hasGone()) {
            body.leave();
            return;
        }
        if (!output.complete()) {
            reset(ErrorCode.INTERNAL_ERROR);
        } else if (request.malformed()) {
            reset(ErrorCode.PROTOCOL_ERROR);
        } else if (!body.endsWithin(BodyInput.MAX_DRAINED) || !body.drain()) {
            reset(ErrorCode.NO_ERROR); // the client need not send the rest
        }
        body.leave();
    }

    private void reset(ErrorCode code) {
        link.outbox().reset(id, code);
    }

    private boolean hasGone() {
        lock.lock();
        try {
            return gone;
        } finally {
            lock.unlock();
        }
    }

    private void watch(Runnable action) {
        lock.lock();
        try {
            onHangUp = action;
            tellIfGone();
        } finally {
            lock.unlock();
        }
    }

    private void stopWatching() {
        lock.lock();
        try {
            onHangUp = null;
        } finally {
            lock.unlock();
        }
    }

    private void tellIfGone() {
        Runnable action = onHangUp;
        if (gone && action != null) {
            onHangUp = null;
            action.run();
        }
    }

    /** The client has ended the stream or its connection: nothing more comes, and nothing more can be sent. */
    void hangUp() {
        lock.lock();
        try {
            gone = true;
            tellIfGone();
        } finally {
            lock.unlock();
        }
        body.breakOff();
        window.close();
    }

    /** Ends the waits for the client that have been too long. */
    void check(long now) {
        body.check(now);
        if (output.stuck(now, link.service().waits().patience().toNanos()) && !hasGone()) {
            LOG.log(Level.DEBUG, "ending the stream of a client that has stopped reading");
            reset(ErrorCode.CANCEL);
            hangUp();
        }
    }

    /** Interrupts the request. */
    void interrupt() {
        Thread serving = thread;
        if (serving != null) {
            serving.interrupt();
        }
    }
}
