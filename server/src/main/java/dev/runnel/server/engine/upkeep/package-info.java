/**
 * Work in the background that is due at its time, and is done once: removing old rows, in portions, and more that others bring. Not here:
 * which objects exist.
 */
@NullMarked
package dev.runnel.server.engine.upkeep;

import org.jspecify.annotations.NullMarked;
