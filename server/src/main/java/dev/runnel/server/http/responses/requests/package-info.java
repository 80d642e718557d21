/**
 * The requests of the Responses API and Conversations: their limits, and what they mean to runs and threads. Not here:
 * anything that depends on what is stored.
 */
@NullMarked
package dev.runnel.server.http.responses.requests;

import org.jspecify.annotations.NullMarked;
