package dev.runnel.bench;

import java.util.stream.IntStream;

/**
 * When a token was written, within its text: {@code " t17@000123456789012345"}. The number is {@link System#nanoTime}, which on Linux is the
 * time since the machine's start, and so the same clock in all its processes.
 */
public final class Stamp {
    /** Begins a stamp; nothing else that a model says here has it. */
    public static final byte SIGN = '@';

    /** Enough for thirty years. */
    public static final int DIGITS = 18;

    static final String BLANK = "@" + "0".repeat(DIGITS);

    private Stamp() {}

    static byte[] digits(long nanos) {
        byte[] digits = new byte[DIGITS];
        for (int i = DIGITS - 1; i >= 0; i--) {
            digits[i] = (byte) ('0' + nanos % 10);
            nanos /= 10;
        }
        return digits;
    }

    /** Where the digits begin, in order. */
    static int[] places(byte[] reply) {
        return IntStream.range(0, reply.length)
                .filter(at -> reply[at] == SIGN)
                .map(at -> at + 1)
                .toArray();
    }
}
