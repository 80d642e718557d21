/**
 * The Responses API and Conversations: a second encoding of runs and threads. A response is a run, a conversation a
 * thread, and items are messages and steps. Here are the routes; requests, items and events have packages of their own.
 * Not here: their behaviour, which belongs to the engine.
 */
@NullMarked
package dev.runnel.server.http.responses;

import org.jspecify.annotations.NullMarked;
