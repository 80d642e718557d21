package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.time.Timers;
import java.util.function.Supplier;

/**
 * What the connections of a server share.
 *
 * @param handler answers all requests
 * @param waits how long the server waits for its clients
 * @param timers measure the waits
 * @param date the present time as the header {@code Date} has it
 * @param capacity of which each request takes one that is served beside others on its connection
 */
public record Service(HttpHandler handler, Waits waits, Timers timers, Supplier<String> date, Capacity capacity) {}
