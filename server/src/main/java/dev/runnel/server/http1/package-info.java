/**
 * HTTP/1.1 on blocking sockets. This package listens, reads requests, writes responses, and keeps every size and every
 * wait within limits. Handlers see {@link dev.runnel.server.http1.HttpRequest} and
 * {@link dev.runnel.server.http1.HttpResponse}, which hide the socket. Not here: JSON or the API.
 */
@NullMarked
package dev.runnel.server.http1;

import org.jspecify.annotations.NullMarked;
