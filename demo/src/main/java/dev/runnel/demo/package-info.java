/**
 * The model that is built in. Here: its replies, as deltas and as chunks. Not here: the words that it says, which are in {@code speech}.
 */
@NullMarked
package dev.runnel.demo;

import org.jspecify.annotations.NullMarked;
