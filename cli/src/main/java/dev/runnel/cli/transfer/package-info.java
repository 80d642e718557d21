/**
 * The commands {@code export} and {@code import}, which work on a database without a server. Not here: the format, which is the server's.
 */
@NullMarked
package dev.runnel.cli.transfer;

import org.jspecify.annotations.NullMarked;
