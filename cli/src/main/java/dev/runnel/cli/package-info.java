/**
 * The {@code runnel} command: the terminal interface for people. Here: the entry, and what becomes of an error. The commands are in the
 * packages below. Not here: anything that a program needs too; that belongs to the client or the server.
 */
@NullMarked
package dev.runnel.cli;

import org.jspecify.annotations.NullMarked;
