package dev.runnel.server.http1;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Reads requests and passes them to the handler, one after the other, on a virtual thread of its own.
 * Another thread checks regularly whether a wait has been too long, because a socket's own timeouts are costly on
 * virtual threads.
 */
final class HttpConnection implements Runnable {
    private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * If at most this many bytes of a body were left unread by the handler, they are read so that the connection can
     * stay open.
     */
    private static final int MAX_DRAINED = 1024 * 1024;

    /**
     * How many bytes and nanoseconds a client may go on sending after its answer. Most clients read the answer only
     * when they have sent everything.
     */
    private static final long LINGER_BYTES = 64L * 1024 * 1024;
    private static final long LINGER_NANOS = 5_000_000_000L;

    /** The connection itself. Closing it never waits. */
    private final Socket socket;

    /** The connection itself, or TLS on it. */
    private final Socket spoken;
    private final HttpSettings settings;
    private final HttpHandler handler;
    private final Supplier<String> date;
    private final ConnectionInput in;
    private final ConnectionOutput out;
    private final ReadDeadline deadline;
    private @Nullable ReadAhead ahead;
    private volatile @Nullable Thread thread;
    private volatile boolean idle = true;
    private volatile boolean stopping;

    HttpConnection(Socket socket, HttpSettings settings, HttpHandler handler, Supplier<String> date)
            throws IOException {
        ServerCertificate certificate = settings.certificate();
        this.socket = socket;
        this.spoken = certificate == null ? socket : certificate.over(socket);
        this.settings = settings;
        this.handler = handler;
        this.date = date;
        this.in = new ConnectionInput(spoken.getInputStream()::read);
        this.out = new ConnectionOutput(spoken.getOutputStream(), settings.timers());
        this.deadline = new ReadDeadline(settings.timers());
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try (socket) {
            serve();
        } catch (ClientGoneException | EOFException e) {
            LOG.log(Level.DEBUG, "a client has gone: {0}", e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection broke: {0}", e.getMessage());
        } finally {
            if (ahead != null) {
                ahead.close();
            }
        }
    }

    private void serve() throws IOException {
        long patience = settings.first().toNanos();
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
            patience = settings.idle().toNanos();
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
        deadline.set(ReadDeadline.Kind.TOLD, settings.head().toNanos());
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
        Http1Request request = new Http1Request(head, body, this::watch);
        try {
            handler.handle(request, response);
        } catch (HttpException e) {
            if (!response.begun()) {
                response.close();
                handler.refuse(e.status(), String.valueOf(e.getMessage()), response);
            }
        } catch (InterruptedException e) {
            return false; // the server is stopping
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler failed", e);
        } finally {
            stopWatching();
            Thread.interrupted(); // set when the client hung up, which reading the connection shows too
        }
        if (!response.begun()) {
            response.close();
            handler.refuse(500, "the request was not answered", response);
        }
        if (!response.complete()) {
            return false;
        }
        boolean stays = !response.closing() && drains(body);
        if (!stays) {
            linger();
        }
        return stays;
    }

    private Http1Response response(RequestHead head, RequestBody body, BodyGate gate) {
        boolean wanted = head.http10() ? head.lists("connection", "keep-alive") : !head.lists("connection", "close");
        return new Http1Response(
                out, head.method().equals("HEAD"), head.http10(),
                () -> wanted && !stopping && body.endsWithin(MAX_DRAINED) && (body.ended() || !gate.waitsForLeave()),
                date, this::stopWatching);
    }

    /**
     * Reads the rest of a body that the handler left unread, if the end is near. A failure is only logged, because the
     * answer was already sent.
     */
    private static boolean drains(RequestBody body) {
        byte[] rest = new byte[body.ended() ? 0 : 4 * 1024];
        long left = MAX_DRAINED;
        try {
            while (!body.ended() && left > 0) {
                left -= Math.max(0, body.read(rest, 0, rest.length));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot read the rest of a request's body: {0}", e.getMessage());
            return false;
        }
        return body.ended();
    }

    private void refuse(HttpException told) throws IOException {
        LOG.log(Level.DEBUG, "a request is refused with {0}: {1}", told.status(), told.getMessage());
        Http1Response response = new Http1Response(out, false, false, () -> false, date, () -> {});
        handler.refuse(told.status(), String.valueOf(told.getMessage()), response);
        linger();
    }

    /**
     * Ends the output, and for a while reads and discards what the client still sends. If the connection were closed at
     * once, a client that is still sending would see a broken connection instead of the answer.
     */
    private void linger() throws IOException {
        deadline.set(ReadDeadline.Kind.QUIET, LINGER_NANOS);
        spoken.shutdownOutput();
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
            reading = new ReadAhead(sourceOf(spoken));
            ahead = reading;
            in.readFrom(reading);
            reading.start("watch-" + Thread.currentThread().getName());
        }
        reading.watch(action);
    }

    private static ConnectionInput.Source sourceOf(Socket socket) {
        return (target, from, length) -> socket.getInputStream().read(target, from, length);
    }

    private void stopWatching() {
        if (ahead != null) {
            ahead.stopWatching();
        }
    }

    /** Ends the connection if a wait has been too long. For the thread that checks all connections. */
    void check(long now) {
        Long stuck = out.stuckFor(now);
        if (stuck != null && stuck > settings.patience().toNanos()) {
            LOG.log(Level.DEBUG, "closing the connection of a client that has stopped reading");
            closeQuietly();
        }
        switch (deadline.check(now)) {
            case NOT_YET -> {
            }
            case QUIET -> closeQuietly();
            case TOLD -> endInput();
        }
    }

    /** Ends the input: a thread that waits for bytes gets the end of the input, and can still answer. */
    private void endInput() {
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            closeQuietly();
        }
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection did not close well", e);
        }
    }

    /** Whether no request is being served. */
    boolean idle() {
        return idle;
    }

    /** Ends the connection after the request that is being served, or at once if none is. */
    void stop() {
        stopping = true;
        if (idle) {
            closeQuietly();
        }
    }

    /** Ends the connection now, and interrupts the request that is being served. */
    void abort() {
        stopping = true;
        closeQuietly();
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
        private @Nullable Http1Response response;
        private boolean leave;
        private long began;

        BodyGate(RequestHead head) {
            this.leave = head.http10() || !head.lists("expect", "100-continue");
        }

        boolean waitsForLeave() {
            return !leave;
        }

        @Override
        public void begin() throws IOException {
            began = settings.timers().nanoTime();
            if (!leave && response != null && !response.begun()) {
                out.write(CONTINUE, 0, CONTINUE.length);
            }
            leave = true;
        }

        @Override
        public void waitFor(long read) {
            long patience = settings.body().toNanos();
            long due = began + patience + read * (1_000_000_000L / HttpSettings.LEAST_BODY_RATE);
            deadline.set(ReadDeadline.Kind.TOLD, Math.min(patience, due - settings.timers().nanoTime()));
        }

        @Override
        public void came() throws IOException {
            if (deadline.passed()) {
                throw new HttpException(408, "the request's body took too long to come");
            }
            deadline.clear();
        }
    }
}
