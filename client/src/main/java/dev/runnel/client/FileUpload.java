package dev.runnel.client;

import dev.runnel.client.transport.Transport.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A file to upload.
 *
 * @param filename the name it is listed under
 * @param content what it holds; read while it is sent, never whole in memory
 * @param purpose {@code assistants}, {@code vision}, {@code user_data}, …
 * @param expiresAfter how long the server keeps it; null for ever
 */
public record FileUpload(String filename, Body content, String purpose, @Nullable Duration expiresAfter) {

    /**
     * A file on disk.
     *
     * @throws IOException if its size cannot be told
     */
    public static FileUpload of(Path file, String purpose) throws IOException {
        long size = Files.size(file);
        Path name = file.getFileName();
        Body content = new Body() {
            @Override
            public long length() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
        return new FileUpload(name == null ? file.toString() : name.toString(), content, purpose, null);
    }

    /** Bytes that are there. They are not copied. */
    public static FileUpload of(String filename, byte[] content, String purpose) {
        return new FileUpload(filename, Body.of(content), purpose, null);
    }

    /** The same file, to be deleted by the server after a while. */
    public FileUpload expiringAfter(Duration time) {
        return new FileUpload(filename, content, purpose, time);
    }
}
