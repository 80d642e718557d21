package dev.runnel.server.edge.http2;

import java.nio.ByteBuffer;

/**
 * One setting of a side (RFC 9113, 6.5.2).
 *
 * @param id tells which one
 * @param value a number of 32 bits without a sign
 */
record Setting(int id, long value) {
    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;

    /** The bytes of a setting in a frame. */
    static final int BYTES = 6;

    private static final int LARGEST_FRAME = (1 << 24) - 1;

    static Setting of(int id, int value) {
        return new Setting(id, value);
    }

    /** The setting at a place of a frame's payload. */
    static Setting at(Frame frame, int place) {
        return new Setting(((frame.bytes()[place] & 0xff) << 8) | (frame.bytes()[place + 1] & 0xff),
                frame.number(place + 2));
    }

    static byte[] bytes(Setting... settings) {
        ByteBuffer bytes = ByteBuffer.allocate(settings.length * BYTES);
        for (Setting setting : settings) {
            bytes.putShort((short) setting.id).putInt((int) setting.value);
        }
        return bytes.array();
    }

    /** Checks that the setting may have its value. */
    void check() throws ConnectionFault {
        if (id == INITIAL_WINDOW_SIZE && value > Integer.MAX_VALUE) {
            throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "a window is larger than 31 bits tell");
        }
        boolean allowed = switch (id) {
            case ENABLE_PUSH -> value <= 1;
            case MAX_FRAME_SIZE -> value >= Frame.MOST && value <= LARGEST_FRAME;
            default -> true;
        };
        if (!allowed) {
            throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "setting " + id + " must not be " + value);
        }
    }
}
