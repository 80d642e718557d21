/** Tests of the HTTP/1.1 server by itself, with a handler of a few lines. */
@NullMarked
package dev.runnel.server.http1;

import org.jspecify.annotations.NullMarked;
