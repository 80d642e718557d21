package dev.runnel.server.edge.http2.hpack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Decodes the header blocks of one connection, in the order in which they come. For one thread. */
public final class HeaderDecoder {
    private final HeaderTable table = new HeaderTable();
    private final int maxFields;
    private final int maxSize;

    private byte[] block = new byte[0];
    private int at;
    private int end;

    /**
     * A header list.
     *
     * @param fields in their order; none if there are too many
     * @param tooLarge whether there are more fields, or more bytes of them, than the decoder keeps
     */
    public record HeaderList(List<HeaderField> fields, boolean tooLarge) {}

    /**
     * A decoder with an empty table.
     *
     * @param maxFields the most fields of a list
     * @param maxSize the most bytes of a list, as {@link HeaderField#size} counts them
     */
    public HeaderDecoder(int maxFields, int maxSize) {
        this.maxFields = maxFields;
        this.maxSize = maxSize;
    }

    /**
     * Decodes a block. A list that is too large is read to its end, because later blocks may refer to its fields, but not
     * kept: a block of a few bytes can stand for many megabytes.
     *
     * @throws HpackException if the block is malformed
     */
    public HeaderList decode(byte[] bytes, int from, int length) throws HpackException {
        block = bytes;
        at = from;
        end = from + length;
        while (at < end && (block[at] & 0xe0) == 0x20) {
            table.resize(integer(5));
        }
        List<HeaderField> fields = new ArrayList<>();
        long size = 0;
        boolean tooLarge = false;
        while (at < end) {
            HeaderField field = field();
            size += field.size();
            tooLarge |= size > maxSize || fields.size() == maxFields;
            if (tooLarge) {
                fields.clear();
            } else {
                fields.add(field);
            }
        }
        return new HeaderList(fields, tooLarge);
    }

    private HeaderField field() throws HpackException {
        int first = block[at];
        if ((first & 0x80) != 0) {
            return table.at(integer(7));
        } else if ((first & 0x40) != 0) {
            HeaderField field = literal(6);
            table.add(field);
            return field;
        } else if ((first & 0x20) != 0) {
            throw new HpackException("a table is resized in the middle of a block");
        }
        return literal(4);
    }

    private HeaderField literal(int prefix) throws HpackException {
        int index = integer(prefix);
        String name = index == 0 ? text() : table.at(index).name();
        return new HeaderField(name, text());
    }

    private String text() throws HpackException {
        boolean huffman = (next() & 0x80) != 0;
        at--;
        int length = integer(7);
        if (length > end - at) {
            throw new HpackException("a text is longer than its block");
        }
        int from = at;
        at += length;
        return huffman
                ? HuffmanCode.decode(block, from, length)
                : new String(block, from, length, StandardCharsets.ISO_8859_1);
    }

    /** Reads an integer that begins in the lowest bits of the next byte (RFC 7541, 5.1). */
    private int integer(int prefix) throws HpackException {
        int most = (1 << prefix) - 1;
        int value = next() & most;
        if (value < most) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            int more = next();
            value += (more & 0x7f) << shift;
            if ((more & 0x80) == 0) {
                return value;
            }
        }
        throw new HpackException("a number is too large");
    }

    private int next() throws HpackException {
        if (at == end) {
            throw new HpackException("a block ends too early");
        }
        return block[at++];
    }
}
