package dev.runnel.client;

import dev.runnel.client.transport.Transport.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An upload as {@code multipart/form-data} (RFC 7578); names are written as browsers write them. */
final class MultipartForm implements Body {
    private final String boundary;
    private final byte[] before;
    private final Body file;
    private final byte[] after;

    private MultipartForm(String boundary, byte[] before, Body file, byte[] after) {
        this.boundary = boundary;
        this.before = before;
        this.file = file;
        this.after = after;
    }

    static MultipartForm of(FileUpload upload) {
        String boundary = "runnel-" + UUID.randomUUID();
        StringBuilder text = new StringBuilder(512);
        field(text, boundary, "purpose", upload.purpose());
        Duration expiry = upload.expiresAfter();
        if (expiry != null) {
            field(text, boundary, "expires_after[anchor]", "created_at");
            field(text, boundary, "expires_after[seconds]", String.valueOf(expiry.toSeconds()));
        }
        text.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
                .append(escaped(upload.filename()))
                .append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(UTF_8);
        return new MultipartForm(boundary, text.toString().getBytes(UTF_8), upload.content(), end);
    }

    private static void field(StringBuilder text, String boundary, String name, String value) {
        text.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"").append(name)
                .append("\"\r\n\r\n").append(value).append("\r\n");
    }

    private static String escaped(String filename) {
        return filename.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    @Override
    public long length() {
        return before.length + file.length() + after.length;
    }

    @Override
    public InputStream open() throws IOException {
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(before), file.open(), new ByteArrayInputStream(after))));
    }
}
