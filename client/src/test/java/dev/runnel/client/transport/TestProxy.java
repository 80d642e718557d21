package dev.runnel.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** An HTTP proxy. Whatever host it is asked for is on this computer. */
final class TestProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final @Nullable String required;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param required the value of Proxy-Authorization that it wants; null for none */
    TestProxy(@Nullable String required) throws IOException {
        this.required = required;
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://" + authority();
    }

    String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** The heads of what came, each connection's first. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            OutputStream out = client.getOutputStream();
            if (required != null && !head.contains("\r\nProxy-Authorization: " + required + "\r\n")) {
                out.write(("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                        + "Content-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>").getBytes(ISO_8859_1));
                return;
            }
            boolean tunnel = head.startsWith("CONNECT ");
            String authority = head.replaceFirst("(?s)^[A-Z]+ (http://)?([^/ ]+).*", "$2");
            int port = Integer.parseInt(authority.substring(authority.indexOf(':') + 1));
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.add(target);
                if (tunnel) {
                    out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
                } else {
                    target.getOutputStream().write(head.getBytes(ISO_8859_1));
                }
                Thread.ofVirtual().start(() -> pipe(client, target));
                pipe(target, client);
            } catch (IOException e) {
                out.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            // One of them left.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the client left");
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1);
    }

    private static void pipe(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of them left.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
