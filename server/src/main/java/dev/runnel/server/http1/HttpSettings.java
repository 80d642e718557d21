package dev.runnel.server.http1;

import dev.runnel.server.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, how many connections it serves, and how long it waits for its clients.
 *
 * @param host the address of this machine to listen at
 * @param port the port to listen at; 0 for any free one
 * @param maxConnections the most connections at once; further ones are answered with 503
 * @param first how long a new connection may send nothing
 * @param head how long a request's head may take, from its first byte
 * @param body how long a client may pause while it sends a body
 * @param idle how long a connection is kept between two requests
 * @param patience how long a client may read nothing of a response
 * @param certificate by which the server speaks TLS; null if it speaks plain HTTP
 * @param timers measure and end the waits
 */
public record HttpSettings(
        String host,
        int port,
        int maxConnections,
        Duration first,
        Duration head,
        Duration body,
        Duration idle,
        Duration patience,
        @Nullable ServerCertificate certificate,
        Timers timers) {

    /** The least average rate of a body that takes longer than {@link #body}, in bytes a second. */
    static final int LEAST_BODY_RATE = 512;

    /** The defaults at an address: 30 s for a first byte, 10 s for a head, 30 s for a body's next byte, 75 s between requests. */
    public static HttpSettings at(String host, int port, int maxConnections, Duration patience, Timers timers) {
        return new HttpSettings(
                host, port, maxConnections, Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30),
                Duration.ofSeconds(75), patience, null, timers);
    }

    /** The same settings, with TLS. */
    public HttpSettings encryptedWith(ServerCertificate shown) {
        return new HttpSettings(host, port, maxConnections, first, head, body, idle, patience, shown, timers);
    }
}
