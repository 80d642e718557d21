package dev.runnel.bench.reliability;

import dev.runnel.bench.ServedProcess;
import java.io.IOException;

/** A server that is killed, and started again on its database. */
record OneServer(ServedProcess server) implements CrashTarget {
    @Override
    public Clients clients() {
        return Clients.of(server.baseUri());
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
