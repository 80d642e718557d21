package dev.runnel.server.edge.http2.hpack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes the Huffman code of RFC 7541, appendix B. The code is canonical: the codes of a length follow each other in the
 * order of their symbols, and so the lengths tell all. Static and without state.
 */
final class HuffmanCode {
    private static final int LONGEST = 30;

    /** The symbol that stands for the end of a text, and must not occur. */
    private static final int END = 256;

    /** The shortest code has this many bits. */
    private static final int SHORTEST = 5;

    /** The length of each symbol's code in bits, from symbol 0 to {@link #END}. */
    private static final int[] LENGTHS = lengths("""
            13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
            6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
            13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
            15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
            20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
            22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
            26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
            20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
            30""");

    /** The symbols, by the lengths of their codes, then by value. */
    private static final int[] SYMBOLS = new int[END + 1];

    /** For each length its first code, and the place of that code's symbol. */
    private static final int[] FIRST = new int[LONGEST + 2];
    private static final int[] PLACE = new int[LONGEST + 2];

    static {
        int place = 0;
        int code = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            FIRST[length] = code;
            PLACE[length] = place;
            for (int symbol = 0; symbol <= END; symbol++) {
                if (LENGTHS[symbol] == length) {
                    SYMBOLS[place++] = symbol;
                    code++;
                }
            }
        }
        PLACE[LONGEST + 1] = place;
    }

    private HuffmanCode() {}

    private static int[] lengths(String text) {
        return Arrays.stream(text.split("\\s+", -1)).mapToInt(Integer::parseInt).toArray();
    }

    /**
     * Decodes a text.
     *
     * @return the text, each byte as one character
     * @throws HpackException if the text is not properly encoded
     */
    static String decode(byte[] bytes, int from, int count) throws HpackException {
        byte[] text = new byte[count * Byte.SIZE / SHORTEST];
        int size = 0;
        int code = 0;
        int length = 0;
        for (int bit = 0; bit < count * Byte.SIZE; bit++) {
            code = (code << 1) | ((bytes[from + bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE)) & 1);
            length++;
            int nth = code - FIRST[length];
            if (nth >= 0 && nth < PLACE[length + 1] - PLACE[length]) {
                int symbol = SYMBOLS[PLACE[length] + nth];
                if (symbol == END) {
                    throw new HpackException("a text has the symbol for its end");
                }
                text[size++] = (byte) symbol;
                code = 0;
                length = 0;
            }
        }
        if (length >= Byte.SIZE || code != (1 << length) - 1) {
            throw new HpackException("a text is not filled up properly");
        }
        return new String(text, 0, size, StandardCharsets.ISO_8859_1);
    }
}
