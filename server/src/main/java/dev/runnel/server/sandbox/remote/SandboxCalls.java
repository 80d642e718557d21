package dev.runnel.server.sandbox.remote;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.sandbox.SandboxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests to a sandbox server. Thread-safe. */
final class SandboxCalls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SandboxCalls.class.getName());

    /** The status that says that a session, or a file in it, is not there. */
    static final int ENDED = 404;

    private static final int OK = 200;
    private static final int NO_KEY = 401;

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than the silence of a call that goes on. */
    private static final Duration IDLE = Duration.ofSeconds(20);

    /** For requests that are answered at once. */
    static final Transport.Timeouts PROMPT = new Transport.Timeouts(CONNECT, Duration.ofSeconds(10), IDLE, null);

    /** For requests that may wait for a place, and for a process. */
    static final Transport.Timeouts STARTING = new Transport.Timeouts(CONNECT, Duration.ofSeconds(90), IDLE, null);

    /** For files, which may take a while to be sent. */
    static final Transport.Timeouts SENDING = new Transport.Timeouts(
            CONNECT, Duration.ofSeconds(30), IDLE, Duration.ofMinutes(10));

    /** The longest answer that is read as a whole, in bytes. The longest output is a small part of it. */
    private static final int MAX_ANSWER = 4 << 20;

    private static final int MAX_WORDS = 300;

    private final URI base;
    private final @Nullable String key;
    private final Transport transport;

    SandboxCalls(URI base, @Nullable String key, Transport transport) {
        this.base = base;
        this.key = key;
        this.transport = transport;
    }

    /** The URL of the server. */
    URI base() {
        return base;
    }

    /** The server cannot be reached, or the connection broke. */
    static final class UnreachableException extends SandboxException {
        private static final long serialVersionUID = 1L;

        private UnreachableException(IOException cause) {
            super(cause instanceof ConnectException
                    ? "The sandbox server cannot be reached."
                    : "The connection to the sandbox server broke.", cause);
        }

        /** Whether nothing of the request was sent. */
        boolean isBeforeRequest() {
            return getCause() instanceof ConnectException;
        }
    }

    static String path(String session) {
        return "/v1/sessions/" + segment(session);
    }

    /** A part of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Asks whether the server is a sandbox server, and takes the key.
     *
     * @throws UnreachableException if the server does not answer
     * @throws SandboxException if the server is no sandbox server, or refuses the key
     */
    void check() {
        try (Transport.Response response = send("GET", "/v1/sandbox", null, PROMPT)) {
            if (response.status() == NO_KEY) {
                throw new SandboxException("The sandbox server at " + base + " refuses the key: set the right one with"
                        + " RUNNEL_CODE_INTERPRETER_KEY or --code-interpreter-key.");
            }
            if (response.status() != OK || json(response).get("protocol").isNull()) {
                throw new SandboxException(
                        "The server at " + base + " is no sandbox server; 'runnel sandbox' starts one.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("The sandbox server could not be asked.", e);
        }
    }

    /**
     * Sends a request, and waits for the beginning of its answer.
     *
     * @throws UnreachableException if there is no answer
     */
    Transport.Response send(String method, String path, Transport.@Nullable Body body, Transport.Timeouts timeouts)
            throws InterruptedException {
        Map<String, String> headers = key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
        try {
            return transport.send(
                    new Transport.Request(method, URI.create(base + path), headers, body, timeouts));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** The failure of an exchange, to be thrown. Users see its message, so the server's address is in the log alone. */
    UnreachableException failure(IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        }
        LOG.log(Level.WARNING, "the sandbox server at {0} cannot be reached, or the connection broke: {1}", base,
                e.getMessage());
        return new UnreachableException(e);
    }

    /** A response with a status of success. */
    Transport.Response require(Transport.Response response) throws InterruptedException {
        if (response.status() / 100 != 2) {
            throw new SandboxException(
                    response.status() == NO_KEY ? "The sandbox server refuses the key." : words(response));
        }
        return response;
    }

    /** The server's words about a request that it refuses. */
    String words(Transport.Response response) throws InterruptedException {
        String words = String.valueOf(ApiError.parse(whole(response)).message()).replaceAll("\\p{Cntrl}", " ");
        return words.substring(0, Math.min(words.length(), MAX_WORDS));
    }

    JsonValue json(Transport.Response response) throws InterruptedException {
        byte[] body = whole(response);
        try {
            return JsonValue.parse(new String(body, StandardCharsets.UTF_8).strip());
        } catch (JsonException e) {
            throw new SandboxException("The sandbox server sent an answer that is none of its protocol.", e);
        }
    }

    private byte[] whole(Transport.Response response) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        try {
            for (int n; (n = response.read(buffer)) >= 0;) {
                bytes.write(buffer, 0, n);
                if (bytes.size() > MAX_ANSWER) {
                    throw new SandboxException("The sandbox server sent an answer that is too long.");
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
        return bytes.toByteArray();
    }

    /** Ends a session, and waits for the answer. */
    void end(String id) {
        tell("DELETE", path(id));
    }

    /** Sends a request whose answer is empty. A failure is only logged. */
    void tell(String method, String path) {
        try (Transport.Response response = send(method, path, null, PROMPT)) {
            if (response.status() / 100 != 2) {
                LOG.log(Level.DEBUG, "{0} {1}: {2}", method, path, words(response));
            }
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "{0} {1}: {2}", method, path, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
