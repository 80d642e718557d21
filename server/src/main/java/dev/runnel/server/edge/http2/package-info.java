/**
 * HTTP/2 (RFC 9113) on a blocking connection over TLS: one thread reads frames, one writes them, and each stream, which is
 * one request with its response, is served by a thread of its own. Keeps every size, every wait and every rate within limits.
 * Not here: listening, TLS, and the compression of headers.
 */
@NullMarked
package dev.runnel.server.edge.http2;

import org.jspecify.annotations.NullMarked;
