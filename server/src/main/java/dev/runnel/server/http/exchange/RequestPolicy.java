package dev.runnel.server.http.exchange;

import dev.runnel.client.transport.ByteBudget;

/**
 * What requests may bring.
 *
 * @param memory what all requests' bodies together may take of the memory
 * @param maxBody how many bytes a request's body may have
 * @param ignoreUnsupportedTools whether tools that this server does not have are taken in requests
 */
public record RequestPolicy(ByteBudget memory, int maxBody, boolean ignoreUnsupportedTools) {}
