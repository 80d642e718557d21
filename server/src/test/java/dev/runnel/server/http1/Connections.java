package dev.runnel.server.http1;

import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** Waits for what a server's connections come to. */
final class Connections {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private Connections() {}

    /** Waits until the server has let go of all connections. */
    static void awaitNone(HttpServer server) throws InterruptedException {
        await(() -> server.connections() == 0);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + PATIENCE_NANOS; !condition.getAsBoolean();) {
            assertThat(System.nanoTime()).as("it has not come to this").isLessThan(end);
            Thread.sleep(5);
        }
    }
}
