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
 * Sends one HTTP request and hands back its response as soon as the headers are there. Thread-safe; blocking.
 *
 * <p>Failures are {@link IOException}s: {@link java.net.ConnectException} if no connection came about, whatever kept it from that, so
 * that nothing of the request was sent; {@link java.net.SocketTimeoutException} if a later wait was too long; {@link
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

    /** What a request carries. Opened once for each time that it is sent. */
    interface Body {
        /** How many bytes it has. */
        long length();

        /** Its bytes from the first on; whoever opens them closes them. */
        InputStream open() throws IOException;

        /** Bytes that are there. They are not copied. */
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
     * How long to wait; each wait on its own.
     *
     * @param connect for the connection
     * @param response from the request's last byte to the response's headers
     * @param idle for more bytes of the body, anew after each read; never a limit on the whole
     * @param total from sending to the body's end, which none of the other waits may outlast; null for no limit
     */
    record Timeouts(Duration connect, Duration response, Duration idle, @Nullable Duration total) {}

    /** A response whose body is read as it comes. Reading is for one thread; closing for any. */
    interface Response extends AutoCloseable {

        /** The HTTP status. */
        int status();

        /** A header's first value; the name's case does not matter. */
        Optional<String> header(String name);

        /**
         * Reads what is there, blocking only while nothing is: at least 1 byte, or -1 at the end of the body.
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
