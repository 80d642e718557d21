/**
 * Prompts for models: which of a thread's messages have room, what the run has done so far, images, and tokens to count it all by. Not
 * here: the call itself.
 */
@NullMarked
package dev.runnel.server.engine.prompts;

import org.jspecify.annotations.NullMarked;
