package dev.runnel.bench.reliability.servers;

import dev.runnel.bench.ServedProcess;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A server that is killed, and started again on its database. */
record OneServer(ServedProcess server, String database) implements CrashTarget {
    /** The database of a server whose files lie in a folder. */
    static String database(Path folder) {
        return "sqlite:" + folder.resolve("runnel.db");
    }

    @Override
    public List<URI> servers() {
        return List.of(server.baseUri());
    }

    @Override
    public Transport transport() {
        return new SocketTransport();
    }

    @Override
    public void strike() throws InterruptedException {
        server.kill();
    }

    @Override
    public void recover() throws IOException {
        server.restart();
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        server.awaitListening();
    }

    @Override
    public void close() {
        server.close();
    }
}
