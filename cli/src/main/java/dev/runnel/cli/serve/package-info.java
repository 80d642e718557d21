/**
 * The commands that run a server until it is stopped, {@code serve} and {@code sandbox}, and those about the configuration file,
 * {@code config} and {@code reload}. Not here: what the server does.
 */
@NullMarked
package dev.runnel.cli.serve;

import org.jspecify.annotations.NullMarked;
