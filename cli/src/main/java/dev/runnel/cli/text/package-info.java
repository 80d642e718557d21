/**
 * Text on a terminal: what may be shown of it, how wide it is, where it wraps, and how Markdown looks while it streams. Nothing here
 * knows servers or writes to a terminal by itself.
 */
@NullMarked
package dev.runnel.cli.text;

import org.jspecify.annotations.NullMarked;
