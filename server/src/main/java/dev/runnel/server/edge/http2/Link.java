package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.wire.Service;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the streams of a connection share.
 *
 * @param service the server's part
 * @param outbox takes their frames
 * @param windows how much the client takes of their responses
 * @param received how much the client may send of all bodies together
 * @param smallTable whether the client limits the table of headers
 */
record Link(Service service, Outbox outbox, SendWindows windows, ReceiveWindow received, AtomicBoolean smallTable) {
    /** How many bytes of bodies the client may send on all streams before they are read. */
    private static final int WINDOW = 1024 * 1024;

    /** A table that may have fewer bytes is smaller than one about which nothing is said. */
    private static final int SMALL_TABLE = 4096;

    static Link of(Service service, Outbox outbox) {
        return new Link(service, outbox, new SendWindows(), new ReceiveWindow(0, WINDOW, outbox), new AtomicBoolean());
    }

    /** Heeds the most bytes that the client's table of headers may have. */
    void limitTable(long bytes) {
        smallTable.set(bytes < SMALL_TABLE);
    }

    /** The settings of this side, and the window of the connection. */
    static FrameBytes greeting(int maxStreams, int maxHead) {
        return new FrameBytes()
                .add(Frame.SETTINGS, 0, 0, Setting.bytes(
                        Setting.of(Setting.MAX_CONCURRENT_STREAMS, maxStreams),
                        Setting.of(Setting.INITIAL_WINDOW_SIZE, Http2Body.WINDOW),
                        Setting.of(Setting.MAX_HEADER_LIST_SIZE, maxHead)))
                .number(Frame.WINDOW_UPDATE, 0, WINDOW - SendWindows.INITIAL);
    }
}
