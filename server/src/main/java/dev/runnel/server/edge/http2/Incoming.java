package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.http2.hpack.HeaderDecoder;
import dev.runnel.server.edge.http2.hpack.HeaderDecoder.HeaderList;
import dev.runnel.server.edge.http2.hpack.HpackException;
import dev.runnel.server.edge.wire.Capacity;
import dev.runnel.server.edge.wire.HeadRules;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Does what the frames of a client ask for. For the thread that reads the connection. */
final class Incoming {
    /**
     * How often the client may send frames that bring no request on and yet cost something: at once, and a second. Clients
     * that keep their connection alive send one in some seconds.
     */
    private static final int MOST_IDLE_FRAMES = 1_000;
    private static final int IDLE_FRAMES_A_SECOND = 100;

    /** How often the client may begin a request and end it before it has an answer: at once, and a second. */
    private static final int MOST_RESETS = 1_000;
    private static final int RESETS_A_SECOND = 100;

    private static final int PING_LENGTH = 8;
    private static final int PRIORITY_LENGTH = 5;

    private final Link link;
    private final Streams streams;
    private final Consumer<Http2Stream> ended;
    private final HeaderDecoder decoder = new HeaderDecoder(HeadRules.MAX_FIELDS, HeadRules.MAX_HEAD);
    private final HeadFrames head = new HeadFrames();
    private final Budget idleFrames;
    private final Budget resets;

    /** The highest stream that the client has begun. */
    private int highest;

    Incoming(Link link, Streams streams, Consumer<Http2Stream> ended) {
        this.link = link;
        this.streams = streams;
        this.ended = ended;
        this.idleFrames = new Budget(MOST_IDLE_FRAMES, IDLE_FRAMES_A_SECOND, link.service().timers());
        this.resets = new Budget(MOST_RESETS, RESETS_A_SECOND, link.service().timers());
    }

    /** Takes a frame. If a stream cannot go on, only that stream ends. */
    void take(Frame frame) throws ConnectionFault {
        try {
            checkPlace(frame);
            act(frame);
        } catch (StreamFault e) {
            link.outbox().reset(e.stream(), e.code());
            Http2Stream stream = streams.find(e.stream());
            if (stream != null) {
                stream.hangUp();
            }
            resets.spend("too many streams had a fault");
        }
    }

    private void checkPlace(Frame frame) throws ConnectionFault {
        boolean continues = frame.type() == Frame.CONTINUATION;
        if (head.stream() != 0 ? !continues || frame.stream() != head.stream() : continues) {
            throw fault("a head's frames must follow each other");
        }
        boolean ofStream = switch (frame.type()) {
            case Frame.DATA, Frame.HEADERS, Frame.PRIORITY, Frame.RST_STREAM -> true;
            default -> false;
        };
        boolean ofConnection = switch (frame.type()) {
            case Frame.SETTINGS, Frame.PING, Frame.GOAWAY -> true;
            default -> false;
        };
        if ((ofStream && frame.stream() == 0) || (ofConnection && frame.stream() != 0)) {
            throw fault("a frame of type " + frame.type() + " is on stream " + frame.stream());
        }
    }

    private static ConnectionFault fault(String why) {
        return new ConnectionFault(ErrorCode.PROTOCOL_ERROR, why);
    }

    private static void checkLength(Frame frame, int length) throws ConnectionFault {
        if (frame.length() != length) {
            throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR,
                    "a frame of type " + frame.type() + " has " + frame.length() + " bytes");
        }
    }

    private void act(Frame frame) throws ConnectionFault, StreamFault {
        switch (frame.type()) {
            case Frame.DATA -> data(frame);
            case Frame.HEADERS, Frame.CONTINUATION -> head(frame);
            case Frame.PRIORITY -> priority(frame);
            case Frame.RST_STREAM -> reset(frame);
            case Frame.SETTINGS -> settings(frame);
            case Frame.PUSH_PROMISE -> throw fault("a client cannot promise requests");
            case Frame.PING -> ping(frame);
            case Frame.WINDOW_UPDATE -> window(frame);
            default -> idleFrames.spend("too many frames that bring no request on"); // GOAWAY, or one of an extension
        }
    }

    private void data(Frame frame) throws ConnectionFault, StreamFault {
        Frame.Part part = frame.content();
        if (!link.received().take(frame.length())) {
            throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "more came than the connection's window has");
        }
        boolean last = frame.has(Frame.END_STREAM);
        if (part.length() == 0 && !last) {
            idleFrames.spend("too many frames without a byte");
        }
        Http2Stream stream = streams.find(frame.stream());
        if (stream != null) {
            stream.body().bring(frame.bytes(), part, frame.length() - part.length(), last);
            return;
        }
        link.received().give(frame.length());
        checkBegun(frame);
        if (!streams.isLate(frame.stream())) {
            throw new StreamFault(frame.stream(), ErrorCode.STREAM_CLOSED, "the stream has ended");
        }
    }

    private void checkBegun(Frame frame) throws ConnectionFault {
        if (frame.stream() > highest || frame.stream() % 2 == 0) {
            throw fault("a frame of type " + frame.type() + " is on a stream that was not begun");
        }
    }

    private void head(Frame frame) throws ConnectionFault, StreamFault {
        if (frame.type() == Frame.HEADERS) {
            head.begin(frame);
        } else {
            head.add(frame);
        }
        if (frame.has(Frame.END_HEADERS)) {
            boolean endStream = head.endsStream();
            byte[] block = head.end();
            headEnded(frame.stream(), decoded(block), endStream);
        }
    }

    private HeaderList decoded(byte[] block) throws ConnectionFault {
        try {
            return decoder.decode(block, 0, block.length);
        } catch (HpackException e) {
            throw new ConnectionFault(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
        }
    }

    private void headEnded(int id, HeaderList fields, boolean endStream) throws ConnectionFault, StreamFault {
        Http2Stream stream = streams.find(id);
        if (stream != null) {
            trailers(stream, fields, endStream);
        } else if (id % 2 == 0) {
            throw fault("a client's streams have odd numbers");
        } else if (id > highest) {
            highest = id;
            open(id, OpenedRequest.of(fields, !endStream, link.service().handler()));
        } else if (!streams.isLate(id)) {
            throw new ConnectionFault(ErrorCode.STREAM_CLOSED, "a head came on a stream that has ended");
        }
    }

    private static void trailers(Http2Stream stream, HeaderList fields, boolean endStream) throws StreamFault {
        if (!endStream || !RequestHeads.areTrailers(fields)) {
            ErrorCode code = stream.body().whole() ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
            throw new StreamFault(stream.id(), code, "a second head is no trailer");
        }
        stream.body().end();
    }

    private void open(int id, OpenedRequest request) throws ConnectionFault {
        if (streams.size() >= Streams.MOST) {
            streams.remember(id);
            link.outbox().reset(id, ErrorCode.REFUSED_STREAM);
            resets.spend("too many streams at once");
            return;
        }
        Capacity capacity = link.service().capacity();
        boolean beside = streams.size() > 0; // the connection itself has taken what its only request needs
        boolean taken = beside && capacity.take();
        Http2Stream stream = new Http2Stream(
                id, beside && !taken ? request.overloaded() : request, link,
                taken ? ended.andThen(_ -> capacity.give()) : ended);
        if (streams.add(stream)) {
            Thread.ofVirtual().name(Thread.currentThread().getName() + "-" + id).start(stream);
        } else {
            streams.remember(id); // the client was told that the server takes no more
            if (taken) {
                capacity.give();
            }
        }
    }

    /** Priorities are not heeded. */
    private void priority(Frame frame) throws ConnectionFault, StreamFault {
        idleFrames.spend("too many priorities");
        if (frame.length() != PRIORITY_LENGTH) {
            throw new StreamFault(frame.stream(), ErrorCode.FRAME_SIZE_ERROR, "a priority has five bytes");
        }
    }

    private void reset(Frame frame) throws ConnectionFault {
        checkLength(frame, Integer.BYTES);
        checkBegun(frame);
        Http2Stream stream = streams.find(frame.stream());
        if (stream == null) {
            idleFrames.spend("too many streams are ended that have ended");
            return;
        }
        boolean answered = stream.answered();
        stream.hangUp();
        if (!answered) {
            resets.spend("too many requests were ended before their answers");
        }
    }

    private void settings(Frame frame) throws ConnectionFault {
        idleFrames.spend("too many settings");
        if (frame.has(Frame.ACK)) {
            checkLength(frame, 0);
            return;
        }
        checkLength(frame, frame.length() / Setting.BYTES * Setting.BYTES);
        for (int at = 0; at < frame.length(); at += Setting.BYTES) {
            Setting setting = Setting.at(frame, at);
            setting.check();
            if (setting.id() == Setting.HEADER_TABLE_SIZE) {
                link.limitTable(setting.value());
            } else if (setting.id() == Setting.INITIAL_WINDOW_SIZE
                    && !link.windows().resize((int) setting.value(), windows())) {
                throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window becomes too large");
            }
        }
        link.outbox().control(new FrameBytes().add(Frame.SETTINGS, Frame.ACK, 0));
    }

    private List<SendWindows.Window> windows() {
        return streams.all().stream().map(Http2Stream::window).toList();
    }

    private void ping(Frame frame) throws ConnectionFault {
        checkLength(frame, PING_LENGTH);
        if (!frame.has(Frame.ACK)) {
            idleFrames.spend("too many pings");
            link.outbox().control(
                    new FrameBytes().add(Frame.PING, Frame.ACK, 0, Arrays.copyOf(frame.bytes(), PING_LENGTH)));
        }
    }

    private void window(Frame frame) throws ConnectionFault, StreamFault {
        checkLength(frame, Integer.BYTES);
        int by = frame.number31(0);
        if (frame.stream() == 0) {
            if (by == 0) {
                throw fault("a window grows by nothing");
            } else if (!link.windows().grow(by, windows())) {
                throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR,
                        "the connection's window becomes too large");
            }
            return;
        }
        checkBegun(frame);
        Http2Stream stream = streams.find(frame.stream());
        if (by == 0) {
            throw new StreamFault(frame.stream(), ErrorCode.PROTOCOL_ERROR, "a window grows by nothing");
        } else if (stream != null && !stream.window().grow(by)) {
            throw new StreamFault(frame.stream(), ErrorCode.FLOW_CONTROL_ERROR, "a window becomes too large");
        }
    }
}
