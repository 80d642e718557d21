package dev.runnel.server.search.parse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The beginning of a file, which shows its type. */
final class Content {
    private static final int BEGINNING = 1024;

    private final byte[] beginning;

    private Content(byte[] beginning) {
        this.beginning = beginning;
    }

    static Content of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new Content(in.readNBytes(BEGINNING));
        }
    }

    /** Whether the file is a PDF. Readers of PDF allow other bytes before its mark. */
    boolean isPdf() {
        for (int at = 0; at < beginning.length; at++) {
            if (has(at, '%', 'P', 'D', 'F', '-')) {
                return true;
            }
        }
        return false;
    }

    boolean isZip() {
        return has(0, 'P', 'K', 3, 4);
    }

    /** Whether the file is an Office document in the format of before 2007, or a later one with a password. */
    boolean isOldOffice() {
        return has(0, 0xD0, 0xCF, 0x11, 0xE0);
    }

    /** The file's kind in words, such as "a picture", if it is of a known type that is not text; otherwise null. */
    @Nullable
    String knownBinary() {
        if (has(0, '%', 'P', 'D', 'F', '-')) {
            return "a PDF";
        }
        if (isZip()) {
            return "a zip archive or an Office document";
        }
        if (isOldOffice()) {
            return "an Office document";
        }
        if (has(0, 0x89, 'P', 'N', 'G') || has(0, 0xFF, 0xD8, 0xFF) || has(0, 'G', 'I', 'F', '8')) {
            return "a picture";
        }
        return has(0, 0x1F, 0x8B) ? "a gzip archive" : null;
    }

    private boolean has(int at, int... bytes) {
        if (at + bytes.length > beginning.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((beginning[at + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
