package dev.runnel.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a server and all who talk to it, whatever client they use: hands on every byte as it comes, and holds every answer
 * and every event against the {@link Contract}. What it has found, it says when it is closed.
 */
final class Witness implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerSocket listener;
    private final int serverPort;
    private final Contract contract;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    Witness(int serverPort, Contract contract) {
        try {
            this.listener = new ServerSocket(0, 1_000, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.serverPort = serverPort;
        this.contract = contract;
        Thread.ofVirtual().start(this::accept);
    }

    /** Where to talk to the server. */
    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void connect(Socket client) {
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Connection connection = new Connection(client, server);
            Thread answers = Thread.ofVirtual().unstarted(connection::answers);
            readers.add(answers);
            answers.start();
            connection.requests();
            answers.join();
            readers.remove(answers);
            sockets.remove(server);
        } catch (IOException e) {
            // the server is not there, and neither is this connection from here on
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sockets.remove(client);
    }

    /** Throws if anything was not as described, in what the server has sent until it was closed: which is to be before this. */
    @Override
    public void close() {
        try {
            listener.close();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (Thread reader : readers) {
                reader.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!complaints.isEmpty()) {
            throw new AssertionError(String.join("\n", complaints));
        }
    }

    /** One connection of a client's, and its own to the server. */
    private final class Connection {
        private final Socket client;
        private final Socket server;

        /** The first lines of those requests that are not answered yet. */
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            try {
                handOn(client, server, in -> {
                    for (HttpHead head = HttpHead.read(in); head != null; head = HttpHead.read(in)) {
                        asked.add(head.line());
                        head.body(in).transferTo(OutputStream.nullOutputStream());
                    }
                });
            } catch (IOException e) {
                closeBoth();
            }
        }

        void answers() {
            try {
                handOn(server, client, in -> {
                    try {
                        for (HttpHead head = HttpHead.read(in); head != null; head = HttpHead.read(in)) {
                            if (!head.line().startsWith("HTTP/1.1 1")) {
                                check(head, in);
                            }
                        }
                    } catch (RuntimeException e) {
                        complaints.add("an answer is no HTTP: " + e);
                    }
                });
            } catch (IOException e) {
                closeBoth();
            }
        }

        private void closeBoth() {
            try (client; server) {
                asked.clear();
            } catch (IOException e) {
                // closed all the same
            }
        }

        private void check(HttpHead head, InputStream in) throws IOException {
            // A request that cannot be read is answered too.
            String line = awaitRequest();
            String[] request = line.split(" ", -1);
            try {
                if (head.header("content-type").startsWith("text/event-stream")) {
                    EventReader events = new EventReader(head.body(in));
                    for (var event = events.next(); event != null; event = events.next()) {
                        contract.check(event);
                    }
                } else if (!line.startsWith("HEAD ")) {
                    String body = new String(head.body(in).readAllBytes(), StandardCharsets.UTF_8);
                    int status = Integer.parseInt(head.line(), 9, 12, 10);
                    contract.check(request[0], request[1], new Answer(status, head.httpHeaders(), body));
                }
            } catch (AssertionError e) {
                complaints.add(line + ": " + e.getMessage());
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        private String awaitRequest() {
            try {
                String line = asked.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return line == null || !line.contains(" ") ? "? ?" : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "? ?";
            }
        }
    }

    private interface Reading {
        void read(InputStream in) throws IOException;
    }

    /** Reads what one side sends, of which the other side gets every byte, before it is read and whatever is made of it. */
    private static void handOn(Socket from, Socket to, Reading reading) throws IOException {
        InputStream in = new Tee(from.getInputStream(), to.getOutputStream());
        try {
            reading.read(new BufferedInputStream(in));
        } catch (RuntimeException e) {
            // a request that is no HTTP: the server's to refuse
        }
        in.transferTo(OutputStream.nullOutputStream());
        to.shutdownOutput();
    }

    private static final class Tee extends InputStream {
        private final InputStream in;
        private final OutputStream out;

        Tee(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = in.read(bytes, from, length);
            if (count > 0) {
                out.write(bytes, from, count);
            }
            return count;
        }
    }
}
