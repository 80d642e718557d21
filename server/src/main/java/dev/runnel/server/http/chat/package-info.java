/**
 * Chat completions, passed on to a model, and the list of models. Not here: anything about runs.
 */
@NullMarked
package dev.runnel.server.http.chat;

import org.jspecify.annotations.NullMarked;
