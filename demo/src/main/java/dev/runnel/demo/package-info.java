/**
 * The built-in model. Here: its replies, as deltas and as chunks. Not here: the text of the replies, which is in
 * {@code speech}.
 */
@NullMarked
package dev.runnel.demo;

import org.jspecify.annotations.NullMarked;
