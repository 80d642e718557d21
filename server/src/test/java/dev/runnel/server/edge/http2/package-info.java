/** Tests of the parts of HTTP/2 by themselves. */
@NullMarked
package dev.runnel.server.edge.http2;

import org.jspecify.annotations.NullMarked;
