/**
 * What every command stands on: options on the command line, environment variables, errors and their meaning, the log and the version.
 * Not here: anything that prints, or that knows a server.
 */
@NullMarked
package dev.runnel.cli.base;

import org.jspecify.annotations.NullMarked;
