package dev.runnel.server.edge.http2.hpack;

import java.io.IOException;

/** A header block that cannot be decoded. The decoder cannot be used any more, so this is the connection's end. */
public final class HpackException extends IOException {
    private static final long serialVersionUID = 1L;

    HpackException(String why) {
        super(why);
    }
}
