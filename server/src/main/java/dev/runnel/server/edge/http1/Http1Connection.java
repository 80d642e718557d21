package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.wire.BodyDeadline;
import dev.runnel.server.edge.wire.BodyInput;
import dev.runnel.server.edge.wire.ClientConnection;
import dev.runnel.server.edge.wire.Handling;
import dev.runnel.server.edge.wire.HeadRequest;
import dev.runnel.server.edge.wire.HttpConnection;
import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.RequestHead;
import dev.runnel.server.edge.wire.Service;
import dev.runnel.server.edge.wire.Waits;
import dev.runnel.server.edge.wire.WireOutput;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Reads requests and passes them to the handler, one after the other, on a virtual thread of its own.
 * Another thread checks regularly whether a wait has been too long, because a socket's own timeouts are costly on
 * virtual threads.
 */
public final class Http1Connection implements HttpConnection {
    private static final System.Logger LOG = System.getLogger(Http1Connection.class.getName());
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * How many bytes and nanoseconds a client may go on sending after its answer. Most clients read the answer only
     * when they have sent everything.
     */
    private static final long LINGER_BYTES = 64L * 1024 * 1024;
    private static final long LINGER_NANOS = 5_000_000_000L;

    private final ClientConnection wire;
    private final Service service;
    private final Waits waits;
    private final HttpHandler handler;
    private final ConnectionInput.Source source;
    private final ConnectionInput in;
    private final WireOutput out;
    private final ReadDeadline deadline;
    private @Nullable ReadAhead ahead;
    private volatile @Nullable Thread thread;
    private volatile boolean idle = true;
    private volatile boolean stopping;

    /** Serves a connection. */
    public Http1Connection(ClientConnection wire, Service service) throws IOException {
        this.wire = wire;
        this.service = service;
        this.waits = service.waits();
        this.handler = service.handler();
        this.source = wire.spoken().getInputStream()::read;
        this.in = new ConnectionInput(source);
        this.out = new WireOutput(wire.spoken().getOutputStream(), service.timers());
        this.deadline = new ReadDeadline(service.timers());
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            serve();
        } catch (ClientGoneException | EOFException e) {
            LOG.log(Level.DEBUG, "a client has gone: {0}", e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection broke: {0}", e.getMessage());
        } finally {
            if (ahead != null) {
                ahead.close();
            }
            wire.close();
        }
    }

    private void serve() throws IOException {
        long patience = waits.first().toNanos();
        boolean more = true;
        while (more && !stopping) {
            deadline.set(ReadDeadline.Kind.QUIET, patience);
            if (!in.awaitByte() || deadline.passed()) {
                return;
            }
            idle = false;
            more = serveNext();
            idle = true;
            in.shrink();
            patience = waits.idle().toNanos();
        }
    }

    /** Serves the next request; returns whether the connection may serve another. */
    private boolean serveNext() throws IOException {
        RequestHead head;
        RequestBody body;
        BodyGate gate;
        try {
            Optional<RequestHead> next = readHead();
            if (next.isEmpty()) {
                return false;
            }
            head = next.get();
            gate = new BodyGate(head);
            body = RequestBody.of(head, in, gate);
        } catch (HttpException e) {
            refuse(e);
            return false;
        }
        return serve(head, body, gate);
    }

    private Optional<RequestHead> readHead() throws IOException {
        deadline.set(ReadDeadline.Kind.TOLD, waits.head().toNanos());
        Optional<RequestHead> head = Optional.empty();
        try {
            head = HeadParser.read(in);
        } catch (EOFException e) {
            if (!deadline.passed()) {
                throw e;
            }
        }
        deadline.clear();
        if (head.isEmpty() && deadline.passed()) {
            throw new HttpException(408, "the request's head took too long to come");
        }
        return head;
    }

    private boolean serve(RequestHead head, RequestBody body, BodyGate gate) throws IOException {
        Http1Response response = response(head, body, gate);
        gate.response = response;
        if (!Handling.answer(handler, new HeadRequest(head, body, this::watch), response, this::stopDisturbing)) {
            return false;
        }
        if (!response.complete()) {
            return false;
        }
        boolean stays = !response.closing() && body.drain();
        if (!stays) {
            linger();
        }
        return stays;
    }

    private Http1Response response(RequestHead head, RequestBody body, BodyGate gate) {
        boolean wanted = head.http10() ? head.lists("connection", "keep-alive") : !head.lists("connection", "close");
        return new Http1Response(
                out, head.method().equals("HEAD"), head.http10(),
                () -> wanted && !stopping && body.endsWithin(BodyInput.MAX_DRAINED)
                        && (body.ended() || !gate.waitsForLeave()),
                service.date(), this::stopWatching);
    }

    private void refuse(HttpException told) throws IOException {
        LOG.log(Level.DEBUG, "a request is refused with {0}: {1}", told.status(), told.getMessage());
        Http1Response response = new Http1Response(out, false, false, () -> false, service.date(), () -> {});
        handler.refuse(told.status(), String.valueOf(told.getMessage()), response);
        linger();
    }

    /**
     * Ends the output, and for a while reads and discards what the client still sends. If the connection were closed at
     * once, a client that is still sending would see a broken connection instead of the answer.
     */
    private void linger() throws IOException {
        deadline.set(ReadDeadline.Kind.QUIET, LINGER_NANOS);
        wire.spoken().shutdownOutput();
        idle = true; // the server may close the connection now, to make room or to stop
        if (stopping) {
            return;
        }
        byte[] rest = new byte[16 * 1024];
        for (long left = LINGER_BYTES; left > 0;) {
            int count = in.read(rest, 0, rest.length);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private void watch(Runnable action) {
        ReadAhead reading = ahead;
        if (reading == null) {
            reading = new ReadAhead(source);
            ahead = reading;
            in.readFrom(reading);
            reading.start("watch-" + Thread.currentThread().getName());
        }
        reading.watch(action);
    }

    private void stopWatching() {
        if (ahead != null) {
            ahead.stopWatching();
        }
    }

    private void stopDisturbing() {
        stopWatching();
        Thread.interrupted(); // set when the client hung up, which reading the connection shows too
    }

    @Override
    public void check(long now) {
        Long stuck = out.stuckFor(now);
        if (stuck != null && stuck > waits.patience().toNanos()) {
            LOG.log(Level.DEBUG, "closing the connection of a client that has stopped reading");
            wire.close();
        }
        switch (deadline.check(now)) {
            case NOT_YET -> {
            }
            case QUIET -> wire.close();
            case TOLD -> wire.endInput();
        }
    }

    @Override
    public boolean idle() {
        return idle;
    }

    @Override
    public void stop() {
        stopping = true;
        if (idle) {
            wire.close();
        }
    }

    @Override
    public void abort() {
        stopping = true;
        wire.close();
        Thread serving = thread;
        if (serving != null) {
            serving.interrupt();
        }
    }

    /**
     * Answers {@code Expect: 100-continue} when the handler begins to read the body, and sets the deadlines of the
     * body.
     */
    private final class BodyGate implements RequestBody.Gate {
        private final BodyDeadline pace = new BodyDeadline(deadline, waits, service.timers());
        private @Nullable Http1Response response;
        private boolean leave;

        BodyGate(RequestHead head) {
            this.leave = head.http10() || !head.lists("expect", "100-continue");
        }

        boolean waitsForLeave() {
            return !leave;
        }

        @Override
        public void begin() throws IOException {
            pace.begin();
            if (!leave && response != null && !response.begun()) {
                out.write(CONTINUE, 0, CONTINUE.length);
            }
            leave = true;
        }

        @Override
        public void waitFor(long read) {
            pace.waitFor(read);
        }

        @Override
        public void came() throws IOException {
            pace.came();
        }
    }
}
