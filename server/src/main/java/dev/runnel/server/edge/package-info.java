/**
 * What the handlers of requests see of HTTP: {@link dev.runnel.server.edge.HttpHandler},
 * {@link dev.runnel.server.edge.HttpRequest} and {@link dev.runnel.server.edge.HttpResponse}, which are the same for
 * each version of HTTP, and routes. The packages below serve connections. Not here: sockets, JSON or the API.
 */
@NullMarked
package dev.runnel.server.edge;

import org.jspecify.annotations.NullMarked;
