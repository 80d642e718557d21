package dev.runnel.server.edge.wire;

import java.time.Duration;

/**
 * How long a server waits for its clients.
 *
 * @param first how long a new connection may send nothing
 * @param head how long a request's head may take, from its first byte
 * @param body how long a client may pause while it sends a body
 * @param idle how long a connection is kept between two requests
 * @param patience how long a client may read nothing of a response
 */
public record Waits(Duration first, Duration head, Duration body, Duration idle, Duration patience) {

    /** The least average rate of a body that takes longer than {@link #body}, in bytes a second. */
    public static final int LEAST_BODY_RATE = 512;

    /** The defaults: 30 s for a first byte, 10 s for a head, 30 s for a body's next byte, 75 s between requests. */
    public static Waits of(Duration patience) {
        return new Waits(
                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(75),
                patience);
    }
}
