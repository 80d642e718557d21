/**
 * What every package of the server may use: ids, projects, keys, and words for the log. Not here: anything that knows another package.
 */
@NullMarked
package dev.runnel.server.base;

import org.jspecify.annotations.NullMarked;
