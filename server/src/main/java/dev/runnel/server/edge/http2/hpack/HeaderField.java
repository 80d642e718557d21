package dev.runnel.server.edge.http2.hpack;

/**
 * A header field.
 *
 * @param name as it was sent, each byte as one character
 * @param value as it was sent, each byte as one character
 */
public record HeaderField(String name, String value) {
    private static final int OVERHEAD = 32;

    /** What the field counts in a header list and in a table (RFC 7541, 4.1), in bytes. */
    public int size() {
        return name.length() + value.length() + OVERHEAD;
    }
}
