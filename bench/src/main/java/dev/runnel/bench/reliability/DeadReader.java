package dev.runnel.bench.reliability;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A connection that asks for a run's stream, with little room for it, and never reads. */
final class DeadReader implements AutoCloseable {
    private static final int LITTLE = 4_096;

    private final Socket socket = new Socket();

    DeadReader(int port, RunRef run) throws IOException {
        socket.setReceiveBufferSize(LITTLE);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(("GET /v1" + run.path() + "?stream=true HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\n\r\n").getBytes(US_ASCII));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
