/**
 * The {@code runnel} command: what a person types and reads. Here: options, output, exit codes. Not here: anything a program
 * could want too; that belongs to the client or the server.
 */
@NullMarked
package dev.runnel.cli;

import org.jspecify.annotations.NullMarked;
