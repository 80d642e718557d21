package dev.runnel.server.edge.listen;

import dev.runnel.server.edge.wire.Waits;
import dev.runnel.server.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, how many connections it serves, and how long it waits for its clients.
 *
 * @param host the address of this machine to listen at
 * @param port the port to listen at; 0 for any free one
 * @param maxConnections the most connections at once; further ones are answered with 503
 * @param waits how long the server waits for its clients
 * @param certificate by which the server speaks TLS; null if it speaks plain HTTP
 * @param timers measure and end the waits
 */
public record HttpSettings(
        String host,
        int port,
        int maxConnections,
        Waits waits,
        @Nullable ServerCertificate certificate,
        Timers timers) {

    /**
     * The defaults at an address, without TLS.
     *
     * @param patience how long a client may read nothing of a response
     */
    public static HttpSettings at(String host, int port, int maxConnections, Duration patience, Timers timers) {
        return new HttpSettings(host, port, maxConnections, Waits.of(patience), null, timers);
    }

    /** The same settings, with TLS. */
    public HttpSettings encryptedWith(ServerCertificate shown) {
        return new HttpSettings(host, port, maxConnections, waits, shown, timers);
    }
}
