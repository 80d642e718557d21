/** Tests of the engine on its own. */
@NullMarked
package dev.runnel.server.engine.prompts;

import org.jspecify.annotations.NullMarked;
