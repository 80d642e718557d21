/**
 * The web server: listens, lets in as many connections as it may, speaks TLS on them, and has each served by the version of HTTP that
 * its client chose. Not here: the bytes of HTTP.
 */
@NullMarked
package dev.runnel.server.edge.listen;

import org.jspecify.annotations.NullMarked;
