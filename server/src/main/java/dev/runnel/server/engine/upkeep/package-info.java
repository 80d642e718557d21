/**
 * Background work that is done when it is due: removing old rows, in portions, and the work of other packages. Not
 * here: which objects exist.
 */
@NullMarked
package dev.runnel.server.engine.upkeep;

import org.jspecify.annotations.NullMarked;
