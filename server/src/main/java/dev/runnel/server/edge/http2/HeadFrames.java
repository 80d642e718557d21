package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.wire.HeadRules;
import java.io.ByteArrayOutputStream;

/** Gathers the frames of one header block. For one thread. */
final class HeadFrames {
    /** The most bytes of a block, and the most frames. */
    private static final int MOST_BYTES = HeadRules.MAX_HEAD;
    private static final int MOST_FRAMES = 64;

    private ByteArrayOutputStream block = new ByteArrayOutputStream();
    private int stream;
    private int frames;
    private boolean endStream;

    /** The stream whose block is incomplete; 0 if none is. */
    int stream() {
        return stream;
    }

    /** Whether the block's stream ends with it. */
    boolean endsStream() {
        return endStream;
    }

    void begin(Frame frame) throws ConnectionFault {
        stream = frame.stream();
        endStream = frame.has(Frame.END_STREAM);
        add(frame);
    }

    void add(Frame frame) throws ConnectionFault {
        Frame.Part part = frame.type() == Frame.HEADERS ? frame.content() : new Frame.Part(0, frame.length());
        frames++;
        if (block.size() + part.length() > MOST_BYTES || frames > MOST_FRAMES) {
            throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM,
                    "a head has more than " + MOST_BYTES + " bytes or " + MOST_FRAMES + " frames");
        }
        block.write(frame.bytes(), part.from(), part.length());
    }

    /** The whole block. */
    byte[] end() {
        byte[] whole = block.toByteArray();
        block = new ByteArrayOutputStream();
        stream = 0;
        frames = 0;
        return whole;
    }
}
