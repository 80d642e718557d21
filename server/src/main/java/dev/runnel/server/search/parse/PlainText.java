package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads text in the encoding that a byte order mark names, otherwise in UTF-8. Bytes that are wrong in this encoding
 * are refused.
 */
final class PlainText {
    private PlainText() {}

    static void read(Path file, TextSink out) throws IOException, UnreadableFileException {
        String known = Content.of(file).knownBinary();
        if (known != null) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE, "The file's name says that it is text, but it holds " + known + ". Rename it.");
        }
        try (Reader reader = open(file)) {
            char[] buffer = new char[8192];
            for (int n; (n = reader.read(buffer)) >= 0;) {
                checkNoZero(buffer, n);
                out.write(buffer, 0, n);
            }
        } catch (CharacterCodingException e) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE,
                    "The file is not text in UTF-8, or in UTF-16 with a byte order mark. Save it in UTF-8.");
        }
    }

    /** Refuses a NUL: text has none, and most binary data read as UTF-8 has one. */
    private static void checkNoZero(char[] buffer, int length) throws UnreadableFileException {
        for (int i = 0; i < length; i++) {
            if (buffer[i] == 0) {
                throw new UnreadableFileException(Code.INVALID_FILE,
                        "The file's name says that it is text, but it holds binary data.");
            }
        }
    }

    /** A reader that throws a {@link CharacterCodingException} at the first byte that is wrong. */
    static Reader open(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
        return new InputStreamReader(in, charset(in).newDecoder());
    }

    /** The encoding that the byte order mark names. The mark is removed. */
    private static Charset charset(InputStream in) throws IOException {
        in.mark(3);
        byte[] mark = in.readNBytes(3);
        in.reset();
        if (starts(mark, 0xEF, 0xBB, 0xBF)) {
            in.skipNBytes(3);
        } else if (starts(mark, 0xFE, 0xFF)) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16BE;
        } else if (starts(mark, 0xFF, 0xFE)) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16LE;
        }
        return StandardCharsets.UTF_8;
    }

    private static boolean starts(byte[] bytes, int... with) {
        for (int i = 0; i < with.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != with[i]) {
                return false;
            }
        }
        return true;
    }
}
