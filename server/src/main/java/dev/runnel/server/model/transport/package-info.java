/**
 * HTTP/1.1 to model servers over bare sockets that block: the transport, its connections, and how a response lies in their bytes
 * (RFC 9112). Not here: JSON, events, retries, redirects, cookies, compression, proxies.
 */
@NullMarked
package dev.runnel.server.model.transport;

import org.jspecify.annotations.NullMarked;
