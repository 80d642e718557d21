package dev.runnel.server.search.parse;

import java.time.Duration;

/**
 * What reading one file may take.
 *
 * @param fileBytes how large a file may be
 * @param textBytes how much text may be in it, in bytes of UTF-8
 * @param memoryMegabytes the heap of the JVM that reads it, in MiB
 * @param time how long reading may take
 */
record ParserLimits(long fileBytes, long textBytes, int memoryMegabytes, Duration time) {
    /** 512 MiB with at most 32 MiB of text, which is more than five million tokens in any language; 256 MiB of heap, one minute. */
    static final ParserLimits DEFAULT = new ParserLimits(512L << 20, 32 << 20, 256, Duration.ofMinutes(1));

    /** Checks that all is positive. */
    ParserLimits {
        if (fileBytes <= 0 || textBytes <= 0 || textBytes > Integer.MAX_VALUE / 2 || memoryMegabytes <= 0
                || !time.isPositive()) {
            throw new IllegalArgumentException("limits must be positive, and the text's below 1 GiB");
        }
    }

    /** With another time. */
    ParserLimits withTime(Duration other) {
        return new ParserLimits(fileBytes, textBytes, memoryMegabytes, other);
    }

    /** With another limit of text. */
    ParserLimits withTextBytes(long other) {
        return new ParserLimits(fileBytes, other, memoryMegabytes, time);
    }

    /** With another heap. */
    ParserLimits withMemoryMegabytes(int other) {
        return new ParserLimits(fileBytes, textBytes, other, time);
    }
}
