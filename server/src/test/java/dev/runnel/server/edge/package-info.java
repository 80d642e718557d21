/** Tests of the web server by itself, with a handler of a few lines. */
@NullMarked
package dev.runnel.server.edge;

import org.jspecify.annotations.NullMarked;
