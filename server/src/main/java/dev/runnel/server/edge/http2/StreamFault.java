package dev.runnel.server.edge.http2;

import java.io.IOException;

/** A fault of the client after which one stream cannot go on, but its connection can. */
final class StreamFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final int stream;
    private final ErrorCode code;

    StreamFault(int stream, ErrorCode code, String why) {
        super(why);
        this.stream = stream;
        this.code = code;
    }

    int stream() {
        return stream;
    }

    ErrorCode code() {
        return code;
    }
}
