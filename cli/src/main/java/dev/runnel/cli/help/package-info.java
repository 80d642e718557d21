/**
 * The manual of the commands and the shells' completion: {@code --help}, {@code help} and {@code completion}. Not here: the texts, which
 * stand at the commands.
 */
@NullMarked
package dev.runnel.cli.help;

import org.jspecify.annotations.NullMarked;
