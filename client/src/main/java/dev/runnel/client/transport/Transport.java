package dev.runnel.client.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request and returns its response as soon as the headers have arrived. Thread-safe; blocking.
 *
 * <p>Failures are {@link IOException}s: {@link java.net.ConnectException} if there was no connection for any reason, so that
 * nothing of the request was sent; {@link java.net.SocketTimeoutException} if a later wait was too long; {@link
 * java.io.InterruptedIOException} if the thread was interrupted (the interrupt flag is then set again).
 */
public interface Transport extends AutoCloseable {

    /**
     * Sends a request and waits for the response's headers. No retries, no redirects.
     *
     * @throws IOException if there is no response
     */
    Response send(Request request) throws IOException;

    /** Releases connections and threads; exchanges under way end with an error. */
    @Override
    void close();

    /**
     * A request.
     *
     * @param headers sent as they are; one value each
     * @param body null for none
     */
    record Request(
            String method, URI uri, Map<String, String> headers, @Nullable Body body, Timeouts timeouts) {}

    /** A request's body. Opened once for each sending. */
    interface Body {
        /** How many bytes it has. */
        long length();

        /** Its bytes from the first on. The caller closes the stream. */
        InputStream open() throws IOException;

        /** A body of these bytes. They are not copied. */
        static Body of(byte[] bytes) {
            return new Body() {
                @Override
                public long length() {
                    return bytes.length;
                }

                @Override
                public InputStream open() {
                    return new ByteArrayInputStream(bytes);
                }
            };
        }
    }

    /**
     * The longest waits, each for itself.
     *
     * @param connect for the connection
     * @param response from the request's last byte to the response's headers
     * @param idle for more bytes of the body, starting again after each read; no limit on the whole
     * @param total from sending to the body's end; it limits the other waits too; null for no limit
     */
    record Timeouts(Duration connect, Duration response, Duration idle, @Nullable Duration total) {}

    /** A response whose body is read as it arrives. One thread reads; any thread may close. */
    interface Response extends AutoCloseable {

        /** The HTTP status. */
        int status();

        /** A header's first value; the name's case does not matter. */
        Optional<String> header(String name);

        /**
         * Reads the bytes that have arrived, and blocks only if there are none: at least 1 byte, or -1 at the end of the body.
         *
         * @throws IOException if the connection broke, the wait was too long, or the response was closed
         */
        int read(byte[] buffer) throws IOException;

        /**
         * Ends the exchange at once, from any thread, at any time, more than once; a read under way fails. Unless the body
         * was read to its end, the connection is closed with it.
         */
        @Override
        void close();
    }
}
