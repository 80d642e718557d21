/**
 * Small things that every package of the server may use: ids, projects, keys, safe text for the log, and the tokenizer. Not here:
 * anything that uses another package of the server.
 */
@NullMarked
package dev.runnel.server.base;

import org.jspecify.annotations.NullMarked;
