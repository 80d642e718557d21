/**
 * The client: streams chat completions and runs from any server of the protocol. {@link dev.runnel.client.RunnelClient} is
 * the place to begin.
 *
 * <p>Here: blocking, pull-first reading on the caller's thread, failures that say what happened. Not here: the wire's types
 * ({@code dev.runnel.protocol}), or any dependency beyond them.
 */
@NullMarked
package dev.runnel.client;

import org.jspecify.annotations.NullMarked;
