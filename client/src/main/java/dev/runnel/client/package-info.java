/**
 * The client: streams chat completions and runs from any server of the protocol. {@link dev.runnel.client.RunnelClient} is the
 * class to start with.
 *
 * <p>Here: blocking reads on the caller's thread, and failures with clear messages. Not here: the types of the wire ({@code
 * dev.runnel.protocol}), or any further dependency.
 */
@NullMarked
package dev.runnel.client;

import org.jspecify.annotations.NullMarked;
