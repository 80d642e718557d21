/**
 * Prompts for models: the thread's messages that fit, what the run has done so far, images, and counting tokens. Not
 * here: the model call itself.
 */
@NullMarked
package dev.runnel.server.engine.prompts;

import org.jspecify.annotations.NullMarked;
