/** Tests of the commands that run a server. */
@NullMarked
package dev.runnel.cli.serve;

import org.jspecify.annotations.NullMarked;
