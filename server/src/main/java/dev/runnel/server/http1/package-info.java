/**
 * HTTP/1.1 on blocking sockets: listens, reads requests, writes responses, and keeps every size and every wait within limits. It knows
 * nothing of routes, JSON or the API. Handlers see {@link dev.runnel.server.http1.HttpRequest} and
 * {@link dev.runnel.server.http1.HttpResponse}, which name no socket.
 */
@NullMarked
package dev.runnel.server.http1;

import org.jspecify.annotations.NullMarked;
