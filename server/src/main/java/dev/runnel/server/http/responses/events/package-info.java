/** A run's log in the form of the Responses API: the events of its stream, and the response so far. */
@NullMarked
package dev.runnel.server.http.responses.events;

import org.jspecify.annotations.NullMarked;
