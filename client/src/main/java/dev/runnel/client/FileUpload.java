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
 * @param filename the name that the server lists it under
 * @param content its bytes; read while they are sent, never kept in memory as a whole
 * @param purpose {@code assistants}, {@code vision}, {@code user_data}, …
 * @param expiresAfter how long the server keeps it; null for ever
 */
public record FileUpload(String filename, Body content, String purpose, @Nullable Duration expiresAfter) {

    /**
     * A file on disk.
     *
     * @throws IOException if its size cannot be read
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

    /** Bytes in memory. They are not copied. */
    public static FileUpload of(String filename, byte[] content, String purpose) {
        return new FileUpload(filename, Body.of(content), purpose, null);
    }

    /** The same file; the server deletes it after this time. */
    public FileUpload expiringAfter(Duration time) {
        return new FileUpload(filename, content, purpose, time);
    }
}
