package dev.runnel.server.edge.http2;

import java.io.IOException;

/** A fault of the client after which its connection cannot go on. */
final class ConnectionFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    ConnectionFault(ErrorCode code, String why) {
        super(why);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
