package dev.runnel.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A {@code multipart/form-data} body, written byte by byte as clients write it. */
final class Multipart {
    static final String BOUNDARY = "----boundary7MA4YWxkTrZu0gW";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** A form with a file and the purpose {@code assistants}. */
    static Multipart file(String name, byte[] bytes) {
        return new Multipart().field("purpose", "assistants").part("file", name, bytes);
    }

    static Multipart file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Multipart field(String name, String value) {
        return raw("form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
    }

    Multipart part(String name, String filename, byte[] bytes) {
        return raw("form-data; name=\"" + name + "\"; filename=\"" + filename
                + "\"\r\nContent-Type: application/octet-stream", bytes);
    }

    Multipart raw(String disposition, byte[] bytes) {
        text("--" + BOUNDARY + "\r\nContent-Disposition: " + disposition + "\r\n\r\n");
        body.writeBytes(bytes);
        return text("\r\n");
    }

    Multipart text(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    /** All of it, with the boundary that ends it. */
    byte[] body() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return whole.toByteArray();
    }
}
