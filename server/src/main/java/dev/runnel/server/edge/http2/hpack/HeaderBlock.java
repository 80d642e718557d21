package dev.runnel.server.edge.http2.hpack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Encodes the headers of one response. The encoder uses no table but the static one, so that blocks do not depend on each
 * other: threads can write them in any order. A response's head is a few hundred bytes. For one thread.
 */
public final class HeaderBlock {
    private static final Map<String, Integer> NAMES = new HashMap<>();

    static {
        for (int i = HeaderTable.STATIC.size(); i > 0; i--) {
            NAMES.put(HeaderTable.STATIC.get(i - 1).name(), i);
        }
    }

    private static final String STATUS = ":status";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    /**
     * Begins a block.
     *
     * @param emptyTable whether to tell that the encoder's table is empty from now on, which a client that limits the
     *     table must be told
     */
    public HeaderBlock(int status, boolean emptyTable) {
        if (emptyTable) {
            integer(0x20, 5, 0);
        }
        int index = HeaderTable.STATIC.indexOf(new HeaderField(STATUS, Integer.toString(status)));
        if (index >= 0) {
            integer(0x80, 7, index + 1);
        } else {
            add(STATUS, Integer.toString(status));
        }
    }

    /** Adds a header; its name is written in lower case, its value in UTF-8. */
    public void add(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        int index = NAMES.getOrDefault(lower, 0);
        integer(0, 4, index);
        if (index == 0) {
            text(lower);
        }
        text(value);
    }

    /** The block so far. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    private void text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        integer(0, 7, encoded.length);
        bytes.writeBytes(encoded);
    }

    private void integer(int flags, int prefix, int value) {
        int most = (1 << prefix) - 1;
        if (value < most) {
            bytes.write(flags | value);
            return;
        }
        bytes.write(flags | most);
        int rest = value - most;
        for (; rest >= 0x80; rest >>>= 7) {
            bytes.write((rest & 0x7f) | 0x80);
        }
        bytes.write(rest);
    }
}
