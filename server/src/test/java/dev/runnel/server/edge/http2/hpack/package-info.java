/** Tests of HPACK by itself. */
@NullMarked
package dev.runnel.server.edge.http2.hpack;

import org.jspecify.annotations.NullMarked;
