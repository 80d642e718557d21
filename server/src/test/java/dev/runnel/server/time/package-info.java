/** Time that stands still until a test has it pass. */
@NullMarked
package dev.runnel.server.time;

import org.jspecify.annotations.NullMarked;
