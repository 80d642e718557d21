/**
 * HTTP in, engine calls out: routes, validation, event streams, errors as JSON. Not here: any rule about what a run may do.
 */
@NullMarked
package dev.runnel.server.http;

import org.jspecify.annotations.NullMarked;
