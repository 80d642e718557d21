/**
 * Turns HTTP requests into calls of the engine. This package decides which requests are let in, finds the route, and
 * turns failures into answers. Each API has a package of its own below and uses none of the others. The packages
 * {@code exchange} and {@code fields} hold what the APIs share. Not here: any rule about what a run may do.
 */
@NullMarked
package dev.runnel.server.http;

import org.jspecify.annotations.NullMarked;
