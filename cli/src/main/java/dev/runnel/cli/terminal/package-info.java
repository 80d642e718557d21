/**
 * The person's terminal: its standard streams and their width, text and tables on it, and the lines that a person types. Only this package
 * writes to the terminal. Not here: anything that knows servers, or the text of a command.
 */
@NullMarked
package dev.runnel.cli.terminal;

import org.jspecify.annotations.NullMarked;
