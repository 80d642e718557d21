/** Tests of the engine on its own. */
@NullMarked
package dev.runnel.server.engine.runs;

import org.jspecify.annotations.NullMarked;
