package dev.runnel.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a server, which a test can cut, or let swallow everything. It listens at a port of its own on the loopback
 * address and passes connections on to another port there. Thread-safe.
 */
public final class TcpLink implements AutoCloseable {
    private enum State {
        UP,
        /** Connections are made, and nothing comes through them any more. */
        SILENT,
        /** Connections are closed at once. */
        CUT
    }

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    private State state = State.UP;

    private TcpLink(int target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** A way to a port of the loopback address. */
    public static TcpLink to(int port) {
        try {
            TcpLink link = new TcpLink(port, new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
            start("tcp-link", link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Closes all connections, and those that come, until {@link #restore}. */
    public void cut() {
        change(State.CUT);
        open.forEach(TcpLink::close);
    }

    /** Lets nothing through any more, without closing a connection. What is sent meanwhile arrives after {@link #restore}. */
    public void silence() {
        change(State.SILENT);
    }

    /** Lets everything through again. */
    public void restore() {
        change(State.UP);
    }

    private synchronized void change(State next) {
        state = next;
        notifyAll();
    }

    private synchronized boolean isCut() {
        return state == State.CUT;
    }

    private synchronized void awaitSound() throws InterruptedException {
        while (state == State.SILENT) {
            wait();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                if (isCut()) {
                    close(near);
                } else {
                    connect(near);
                }
            } catch (IOException e) {
                // The link was closed, or the server is not there: the next connection may fare better.
            }
        }
    }

    private void connect(Socket near) throws IOException {
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            close(near);
            throw e;
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(near);
        open.add(far);
        start("tcp-link-out", () -> pass(near, far));
        start("tcp-link-back", () -> pass(far, near));
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n; (n = in.read(buffer)) >= 0;) {
                awaitSound();
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // Either side, or a cut, has closed the connection.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes all connections, and takes no more. */
    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
