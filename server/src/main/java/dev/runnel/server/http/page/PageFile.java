package dev.runnel.server.http.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One file of the page. Its arrays are shared: read them only.
 *
 * @param type the content type
 * @param bytes the content
 * @param gzip the content, compressed
 * @param etag a hash of the content, in quotes
 */
@SuppressWarnings("ArrayRecordComponent") // written to sockets as they are, never compared
record PageFile(String type, byte[] bytes, byte[] gzip, String etag) {
    private static final int ETAG_BYTES = 12;

    /**
     * A file as it is sent. Our own code is sent without the lines that are only comments: they are a fifth of the
     * bytes that a browser would load.
     */
    static PageFile of(String name, byte[] source) {
        boolean own = !name.startsWith("lib/") && (name.endsWith(".js") || name.endsWith(".css"));
        byte[] bytes = own ? withoutComments(new String(source, UTF_8)).getBytes(UTF_8) : source;
        return new PageFile(type(name), bytes, compress(bytes), etag(bytes));
    }

    /** Replaces comments by empty lines, so that the line numbers in a browser are those of the source. */
    private static String withoutComments(String source) {
        StringBuilder code = new StringBuilder(source.length());
        boolean inside = false;
        for (String line : source.split("\n", -1)) {
            String text = line.strip();
            boolean opens = text.startsWith("/*") && text.indexOf("*/") < 0;
            boolean whole = text.startsWith("//") || (text.startsWith("/*") && text.indexOf("*/") == text.length() - 2);
            code.append(inside || opens || whole ? "" : line).append('\n');
            inside = (inside || opens) && !text.endsWith("*/");
        }
        return code.substring(0, code.length() - 1);
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/plain; charset=utf-8";
        };
    }

    private static byte[] compress(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
        try (SmallestGzip gzip = new SmallestGzip(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory does not fail
        }
        return out.toByteArray();
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    /** Compresses as well as gzip can: each file is compressed once and sent often. */
    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
