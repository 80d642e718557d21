package dev.runnel.server.search.parse;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Writes a file's text as UTF-8, with {@code \n} at the end of each line, up to a limit. Not thread-safe. */
final class TextSink extends Writer {
    /** The text is longer than the limit. */
    static final class TooMuchTextException extends IOException {}

    private final Writer out;
    private final long limit;
    private long bytes;
    private boolean afterReturn;
    private boolean blank = true;

    TextSink(OutputStream out, long limit) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 32 * 1024);
        this.limit = limit;
    }

    /** Whether the text so far is empty or white space. */
    boolean isBlank() {
        return blank;
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            put(text[i]);
        }
    }

    private void put(char one) throws IOException {
        boolean lineEnded = one == '\n' && afterReturn;
        afterReturn = one == '\r';
        if (lineEnded) {
            return;
        }
        // A surrogate pair has four bytes, so each half counts as two.
        bytes += one < 0x80 ? 1 : one < 0x800 || Character.isSurrogate(one) ? 2 : 3;
        if (bytes > limit) {
            throw new TooMuchTextException();
        }
        blank &= Character.isWhitespace(one) || Character.isSpaceChar(one);
        out.write(one == '\r' ? '\n' : one);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
