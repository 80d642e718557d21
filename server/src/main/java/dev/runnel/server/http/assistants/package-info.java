/**
 * The HTTP side of the Assistants API: assistants, threads, messages, runs, run steps, and the streams of runs. Not
 * here: their behaviour, which belongs to the engine.
 */
@NullMarked
package dev.runnel.server.http.assistants;

import org.jspecify.annotations.NullMarked;
