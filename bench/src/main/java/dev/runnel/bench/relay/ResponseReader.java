package dev.runnel.bench.relay;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;

/** Takes an HTTP/1.1 response apart as its bytes come in, and hands its body over line by line. Used by one thread. */
final class ResponseReader {
    private enum State {
        STATUS_LINE, HEADERS, CHUNK_SIZE, CHUNK_END, BODY, LAST_LINE, ENDED
    }

    private final Consumer<LineBuffer> lines;
    private final LineBuffer frame = new LineBuffer();
    private final LineBuffer body = new LineBuffer();
    private State state = State.STATUS_LINE;
    private boolean chunked;
    private boolean closing;
    private int bodyLeft = Integer.MAX_VALUE;
    private int status;

    /** @param lines gets each line of the body, without its end; the buffer is good only during the call */
    ResponseReader(Consumer<LineBuffer> lines) {
        this.lines = lines;
    }

    /** 0 until the status line is there. */
    int status() {
        return status;
    }

    /** The last line of the body as far as it has come; good until the next bytes. */
    LineBuffer unfinishedLine() {
        return body;
    }

    /** Whether the last chunk has come. */
    boolean ended() {
        return state == State.ENDED;
    }

    /** Whether the server closes the connection after this response. */
    boolean closing() {
        return closing;
    }

    void accept(ByteBuffer in) {
        while (in.hasRemaining() && state != State.ENDED) {
            if (state == State.BODY) {
                readBody(in);
            } else if (frame.take(in, Integer.MAX_VALUE)) {
                handle(frame.toString());
                frame.clear();
            }
        }
    }

    private void readBody(ByteBuffer in) {
        int before = in.remaining();
        if (body.take(in, bodyLeft)) {
            lines.accept(body);
            body.clear();
        }
        if (chunked) {
            bodyLeft -= before - in.remaining();
            if (bodyLeft == 0) {
                state = State.CHUNK_END;
            }
        }
    }

    private void handle(String line) {
        switch (state) {
            case STATUS_LINE -> {
                status = Integer.parseInt(line.split(" ", -1)[1]);
                state = State.HEADERS;
            }
            case HEADERS -> {
                closing |= line.toLowerCase(Locale.ROOT).startsWith("connection: close");
                chunked |= line.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:");
                if (line.isEmpty()) {
                    state = chunked ? State.CHUNK_SIZE : State.BODY;
                }
            }
            case CHUNK_SIZE -> {
                bodyLeft = Integer.parseInt(line.strip(), 16);
                state = bodyLeft == 0 ? State.LAST_LINE : State.BODY;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case LAST_LINE -> state = State.ENDED;
            case BODY, ENDED -> throw new IllegalStateException("body lines are read apart");
        }
    }
}
