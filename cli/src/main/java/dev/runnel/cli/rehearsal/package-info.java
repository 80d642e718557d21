/** The program that the launcher runs to warm up its cache of classes for {@code serve}. Not here: a command; nothing uses this package. */
@NullMarked
package dev.runnel.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
