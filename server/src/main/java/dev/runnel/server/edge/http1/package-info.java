/**
 * HTTP/1.1 on a blocking connection: reads requests, writes responses, and keeps every size and every wait within limits.
 * Not here: listening, and TLS.
 */
@NullMarked
package dev.runnel.server.edge.http1;

import org.jspecify.annotations.NullMarked;
