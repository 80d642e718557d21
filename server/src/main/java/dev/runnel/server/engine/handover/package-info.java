/**
 * Calls of the server's own tools that one node has another one carry out, because that one has what the calls need: requests and
 * answers in rows of the database that both share. Not here: what a call does, and how its run shows it.
 */
@NullMarked
package dev.runnel.server.engine.handover;

import org.jspecify.annotations.NullMarked;
