package dev.runnel.server.edge;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client that sends the very bytes it is told to. */
final class RawSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    RawSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    /** A response, its body without chunks. */
    record Response(int status, Map<String, String> headers, String body) {}

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says that nothing more will be sent. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** The next response; empty if the connection ends before it. */
    Optional<Response> next() throws IOException {
        return next(socket.getInputStream());
    }

    /** Whether something of a response has come. */
    boolean answered() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** All responses until the server closes the connection. */
    List<Response> rest() throws IOException {
        List<Response> responses = new ArrayList<>();
        for (Optional<Response> next = next(); next.isPresent(); next = next()) {
            responses.add(next.get());
        }
        return responses;
    }

    /** Whether the server closes the connection without another byte. */
    boolean ended() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) { // it was reset
            return true;
        }
    }

    private static Optional<Response> next(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            return Optional.empty();
        }
        int status = Integer.parseInt(line.substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
        }
        return Optional.of(new Response(status, headers, body(in, status, headers)));
    }

    private static String body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == 100) {
            return "";
        } else if (!headers.containsKey("transfer-encoding")) {
            String length = headers.get("content-length");
            return latin(length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length)));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return latin(body.toByteArray());
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                if (line.isEmpty()) {
                    return "";
                }
                throw new EOFException("the response ended within: " + line);
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
