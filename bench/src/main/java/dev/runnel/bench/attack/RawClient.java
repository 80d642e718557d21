package dev.runnel.bench.attack;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends bytes to a server of this machine, well-formed or not. For one thread. */
final class RawClient {
    private static final int PATIENCE_MILLIS = 120_000;

    private final int port;
    private final String key;

    RawClient(int port, String key) {
        this.port = port;
        this.key = key;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Connections that say nothing, for a while. */
    void silent(int count, Duration time) throws IOException, InterruptedException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(connect());
            }
            Thread.sleep(time);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Sends text as it stands, and reads the answer to its end, or until there is none. */
    void send(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            drain(socket.getInputStream());
        }
    }

    /** Sends text, then zeros, as long as the server takes them. */
    void sendThenZeros(String text, long zeros) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            byte[] piece = new byte[64 * 1024];
            for (long sent = 0; sent < zeros; sent += piece.length) {
                socket.getOutputStream().write(piece);
            }
            drain(socket.getInputStream());
        }
    }

    /** Sends a part of a request and hangs up. */
    void breakOff(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Sends a request with the key and a JSON body; reads the answer to its end. */
    void post(String path, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head("POST", path, "Content-Type: application/json\r\nContent-Length: "
                    + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(bytes);
            drain(socket.getInputStream());
        }
    }

    /** A request's head with the key, and {@code Connection: close}. */
    String head(String method, String path, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer " + key
                + "\r\nConnection: close\r\n" + headers + "\r\n";
    }

    private static void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        while (in.read(buffer) >= 0) {
            // What it says is judged elsewhere; that it ends is enough.
        }
    }
}
