/**
 * Models: a prompt in, deltas out. Here: the interface, any compatible server behind it, and the built-in demo model. Not here:
 * runs, threads or storage.
 */
@NullMarked
package dev.runnel.server.model;

import org.jspecify.annotations.NullMarked;
