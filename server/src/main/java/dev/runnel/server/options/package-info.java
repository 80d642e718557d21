/**
 * The options of a server, each declared once: its name, its values, their limits, its default and its text. Command line, environment,
 * help and documentation follow from the declaration. Here: {@link dev.runnel.server.options.ServerOptions}, and the means to declare
 * options and to read their values. Not here: where texts come from, beyond the interface for it.
 */
@NullMarked
package dev.runnel.server.options;

import org.jspecify.annotations.NullMarked;
