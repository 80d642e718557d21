/** Work that is due, by virtual time. */
@NullMarked
package dev.runnel.server.engine.upkeep;

import org.jspecify.annotations.NullMarked;
