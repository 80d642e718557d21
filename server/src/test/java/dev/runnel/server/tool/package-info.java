/** Tests of {@link dev.runnel.server.tool}. */
@NullMarked
package dev.runnel.server.tool;

import org.jspecify.annotations.NullMarked;
