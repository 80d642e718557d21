/** The command as a person runs it: in a process of its own. */
@NullMarked
package dev.runnel.cli;

import org.jspecify.annotations.NullMarked;
