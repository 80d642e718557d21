/**
 * Text on a terminal: cleaning, width, wrapping, and Markdown while it streams. Nothing here knows servers or writes to a
 * terminal by itself.
 */
@NullMarked
package dev.runnel.cli.text;

import org.jspecify.annotations.NullMarked;
