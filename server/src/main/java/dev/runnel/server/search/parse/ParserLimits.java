package dev.runnel.server.search.parse;

import java.time.Duration;

/**
 * The limits of reading one file.
 *
 * @param fileBytes the largest size of a file, in bytes
 * @param textBytes the largest size of its text, in bytes of UTF-8
 * @param memoryMegabytes the heap of the JVM that reads it, in MiB
 * @param time the longest time that reading may take
 */
record ParserLimits(long fileBytes, long textBytes, int memoryMegabytes, Duration time) {
    /**
     * The defaults: a file of 512 MiB, 32 MiB of text, which is more than five million tokens in any language, a heap
     * of 256 MiB, and one minute.
     */
    static final ParserLimits DEFAULT = new ParserLimits(512L << 20, 32 << 20, 256, Duration.ofMinutes(1));

    /** Checks that all limits are positive. */
    ParserLimits {
        if (fileBytes <= 0 || textBytes <= 0 || textBytes > Integer.MAX_VALUE / 2 || memoryMegabytes <= 0
                || !time.isPositive()) {
            throw new IllegalArgumentException("limits must be positive, and the text's below 1 GiB");
        }
    }

    /** The same limits with another time. */
    ParserLimits withTime(Duration other) {
        return new ParserLimits(fileBytes, textBytes, memoryMegabytes, other);
    }

    /** The same limits with another size of text. */
    ParserLimits withTextBytes(long other) {
        return new ParserLimits(fileBytes, other, memoryMegabytes, time);
    }

    /** The same limits with another heap. */
    ParserLimits withMemoryMegabytes(int other) {
        return new ParserLimits(fileBytes, textBytes, other, time);
    }
}
