/** Tests of text on a terminal, on an emulated one. */
@NullMarked
package dev.runnel.cli.text;

import org.jspecify.annotations.NullMarked;
