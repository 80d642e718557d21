package dev.runnel.server.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Reads lines of a bounded length, and counts them. For one thread; who opened the stream closes it. */
final class Lines {
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final InputStream in;
    private long number;

    Lines(InputStream in) {
        this.in = new BufferedInputStream(in, 64 * 1024);
    }

    /** The number of the line read last, from 1. */
    long number() {
        return number;
    }

    /** The next line, without its end; null at the end. */
    byte @Nullable [] next() {
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            for (; b >= 0 && b != '\n'; b = in.read()) {
                if (line.size() == MAX_BYTES) {
                    throw new ImportException(number, "it has more than " + MAX_BYTES + " bytes");
                }
                line.write(b);
            }
            return line.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
