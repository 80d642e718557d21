/**
 * HPACK (RFC 7541): reads the header blocks of requests within limits, and writes those of responses. Not here: frames, and what
 * the headers mean.
 */
@NullMarked
package dev.runnel.server.edge.http2.hpack;

import org.jspecify.annotations.NullMarked;
