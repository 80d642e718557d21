package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.wire.ClientConnection;
import dev.runnel.server.edge.wire.HeadRules;
import dev.runnel.server.edge.wire.HttpConnection;
import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.Service;
import dev.runnel.server.edge.wire.WireOutput;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection over which a client speaks HTTP/2. */
public final class Http2Connection implements HttpConnection {
    private static final System.Logger LOG = System.getLogger(Http2Connection.class.getName());

    /** How many bytes and nanoseconds a client may go on sending after it was told of the connection's end. */
    private static final long LINGER_BYTES = 1024 * 1024;
    private static final long LINGER_NANOS = 5_000_000_000L;

    private final ClientConnection wire;
    private final Service service;
    private final InputStream in;
    private final WireOutput out;
    private final ReadDeadline deadline;
    private final FrameReader reader;
    private final Outbox outbox;
    private final Streams streams;
    private final Incoming incoming;
    private volatile boolean greeted;
    private volatile boolean ending;

    /** Whether the server has ended the input, because no request came. */
    private volatile boolean tooQuiet;

    /** Serves a connection. */
    public Http2Connection(ClientConnection wire, Service service) throws IOException {
        this.wire = wire;
        this.service = service;
        this.in = wire.spoken().getInputStream();
        this.out = new WireOutput(wire.spoken().getOutputStream(), service.timers());
        this.deadline = new ReadDeadline(service.timers());
        this.reader = new FrameReader(in, deadline, service.waits());
        this.outbox = new Outbox(out, wire::close);
        this.streams = new Streams(service.timers());
        this.incoming = new Incoming(Link.of(service, outbox), streams, this::ended);
    }

    @Override
    public void run() {
        Thread writer = Thread.ofVirtual().name("write-" + Thread.currentThread().getName()).start(outbox);
        try {
            serve();
            goAway(ErrorCode.NO_ERROR, "");
        } catch (ConnectionFault e) {
            LOG.log(Level.DEBUG, "a connection of HTTP/2 is ended with {0}: {1}", e.code(), e.getMessage());
            goAway(e.code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection broke: {0}", e.getMessage());
            if (tooQuiet) {
                goAway(ErrorCode.NO_ERROR, "");
            }
        } finally {
            end(writer);
        }
    }

    private void serve() throws IOException {
        outbox.control(Link.greeting(Streams.MOST, HeadRules.MAX_HEAD));
        if (!reader.preface()) {
            return;
        }
        Frame frame = reader.next();
        if (frame != null && (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK))) {
            throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "the first frame has no settings");
        }
        greeted = true;
        for (; frame != null; frame = reader.next()) {
            incoming.take(frame);
        }
    }

    private void goAway(ErrorCode code, String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(2 * Integer.BYTES + text.length)
                .putInt(streams.stop()).putInt(code.number()).put(text).array();
        outbox.control(new FrameBytes().add(Frame.GOAWAY, 0, 0, payload));
    }

    /** Ends what is left: requests whose client has gone, frames that were not written, and the connection. */
    private void end(Thread writer) {
        ending = true;
        streams.stop();
        streams.all().forEach(Http2Stream::hangUp);
        outbox.end();
        try {
            writer.join();
            linger();
        } catch (IOException | InterruptedException e) {
            LOG.log(Level.DEBUG, "a connection did not end well: {0}", e.getMessage());
        }
        wire.close();
        streams.awaitNone();
    }

    /**
     * Ends the output, and for a while reads and discards what the client still sends. If the connection were closed at
     * once, a client that is still sending might not see why.
     */
    private void linger() throws IOException {
        deadline.set(ReadDeadline.Kind.QUIET, LINGER_NANOS);
        wire.spoken().shutdownOutput();
        byte[] rest = new byte[Frame.MOST];
        for (long left = LINGER_BYTES; left > 0;) {
            int count = in.read(rest, 0, rest.length);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private void ended(Http2Stream stream) {
        if (streams.remove(stream)) {
            wire.endInput();
        }
    }

    @Override
    public void check(long now) {
        Long stuck = out.stuckFor(now);
        if (stuck != null && stuck > service.waits().patience().toNanos()) {
            LOG.log(Level.DEBUG, "closing the connection of a client that has stopped reading");
            wire.close();
        }
        switch (deadline.check(now)) {
            case NOT_YET -> {
            }
            case QUIET -> wire.close();
            case TOLD -> wire.endInput();
        }
        streams.all().forEach(stream -> stream.check(now));
        long quiet = (greeted ? service.waits().idle() : service.waits().first()).toNanos();
        if (!ending && streams.quietFor(now) > quiet) {
            tooQuiet = true;
            wire.endInput();
        }
    }

    @Override
    public boolean idle() {
        return streams.size() == 0;
    }

    @Override
    public void stop() {
        goAway(ErrorCode.NO_ERROR, "");
        if (idle()) {
            wire.endInput();
        }
    }

    @Override
    public void abort() {
        wire.close();
        streams.all().forEach(Http2Stream::interrupt);
    }
}
