/**
 * The types of the Responses API and of Conversations on the wire, and the rule that makes their ids from those of runs
 * and threads. Not here: I/O, and how a run's log becomes a response.
 */
@NullMarked
package dev.runnel.protocol.responses;

import org.jspecify.annotations.NullMarked;
