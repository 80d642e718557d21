/**
 * What HTTP/1.1 and HTTP/2 share: a client's connection, the waits and their deadlines, the rules for a request's head,
 * and the passing of a request to its handler. Not here: the bytes of one version of HTTP.
 */
@NullMarked
package dev.runnel.server.edge.wire;

import org.jspecify.annotations.NullMarked;
