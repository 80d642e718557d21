package dev.runnel.bench.reliability.ingest;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import java.net.URI;
import java.time.Duration;

/** Clients that send each request once. Static and without state. */
final class Clients {
    private Clients() {}

    /** A client of one server. */
    static RunnelClient of(URI server) {
        return of(server, new SocketTransport());
    }

    /** A client that sends by a transport, which is closed with it. */
    static RunnelClient of(URI server, Transport transport) {
        return RunnelClient.builder().baseUrl(server.toString()).apiKey(null).transport(transport).maxRetries(0)
                .connectTimeout(Duration.ofSeconds(2)).responseTimeout(Duration.ofSeconds(30)).build();
    }
}
