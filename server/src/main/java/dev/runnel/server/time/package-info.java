/** When things happen: one clock and one timer for all of a server. Not here: what happens then. */
@NullMarked
package dev.runnel.server.time;

import org.jspecify.annotations.NullMarked;
