/**
 * The Assistants API v2 as Java values: objects, requests, stream events, and the {@linkplain dev.runnel.protocol.RunFold
 * fold} that turns a run's events into its objects.
 *
 * <p>Here: the values on the wire, and pure functions of them. Not here: I/O, clocks, threads, HTTP, or any dependency but
 * Jackson. The source of every fact is OpenAI's published OpenAPI document, or recordings of the hosted service where they
 * differ.
 */
@NullMarked
package dev.runnel.protocol;

import org.jspecify.annotations.NullMarked;
