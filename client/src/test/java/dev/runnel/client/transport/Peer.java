package dev.runnel.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The other end of the sockets: it does on each connection what its script says, byte for byte. */
final class Peer implements AutoCloseable {
    private final ServerSocket server;
    private final String scheme;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** The work on a connection, which is closed afterwards. */
    interface Script {
        void play(Line line) throws IOException, InterruptedException;
    }

    private Peer(ServerSocket server, String scheme, List<Script> scripts) {
        this.server = server;
        this.scheme = scheme;
        Thread.ofVirtual().start(() -> accept(scripts));
    }

    /** A server of the connections' scripts, in the order in which they come. */
    static Peer of(Script... scripts) throws IOException {
        return of(ServerSocketFactory.getDefault(), "http", InetAddress.getLoopbackAddress(), scripts);
    }

    static Peer of(ServerSocketFactory factory, String scheme, InetAddress at, Script... scripts) throws IOException {
        return new Peer(factory.createServerSocket(0, 256, at), scheme, List.of(scripts));
    }

    /** A script that answers one request with these bytes, and waits until the client leaves. */
    static Script answering(String response) {
        return line -> {
            line.request();
            line.send(response);
            line.awaitLeft();
        };
    }

    private void accept(List<Script> scripts) {
        try {
            for (Script script : scripts) {
                Line line = new Line(server.accept());
                lines.add(line);
                Thread.ofVirtual().start(() -> play(script, line));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void play(Script script, Line line) {
        try (line) {
            script.play(line);
        } catch (IOException | InterruptedException e) {
            // The client left, or the test is over: it has seen what it came for, or fails for not having seen it.
        }
    }

    URI uri(String pathAndQuery) {
        String host = server.getInetAddress().getHostAddress();
        return URI.create(
                scheme + "://" + (host.contains(":") ? "[::1]" : host) + ":" + server.getLocalPort() + pathAndQuery);
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return lines.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Line line : lines) {
            line.close();
        }
    }

    /** One connection, as the server sees it. */
    static final class Line implements AutoCloseable {
        private final Socket socket;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
        }

        /** Reads a request whose body, if any, has a length; answers its bytes. */
        String request() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            String text = "";
            while (!text.contains("\r\n\r\n") || text.length() < end(text)) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    throw new IOException("the client left after: " + text);
                }
                bytes.write(b);
                text = bytes.toString(ISO_8859_1);
            }
            return text;
        }

        /** Reads a request of which so many bytes, the body's, come after its head. */
        String largeRequest(int body) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(socket.getInputStream().read());
            }
            return head.toString(ISO_8859_1) + new String(socket.getInputStream().readNBytes(body), ISO_8859_1);
        }

        private static int end(String text) {
            int body = text.indexOf("\r\n\r\n") + 4;
            int length = text.indexOf("Content-Length: ");
            return length < 0
                    ? body
                    : body + Integer.parseInt(text.substring(length + 16, text.indexOf('\r', length)));
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Cuts the connection in such a way that the client sees a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has closed the connection, whatever it sends until then. */
        void awaitLeft() {
            try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // Gone all the same.
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
