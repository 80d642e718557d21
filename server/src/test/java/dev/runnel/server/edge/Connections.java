package dev.runnel.server.edge;

import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.testkit.Await;
import java.util.function.BooleanSupplier;

/** Waits for what a server's connections come to. */
final class Connections {
    private Connections() {}

    /** Waits until the server has let go of all connections. */
    static void awaitNone(HttpServer server) throws InterruptedException {
        await(() -> server.connections() == 0);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        Await.until("the connections come to this", condition::getAsBoolean);
    }
}
