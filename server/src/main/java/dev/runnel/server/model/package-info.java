/**
 * Model servers: any compatible one behind the interface {@code Model}, under its own names or others. Not here: runs, threads or storage.
 */
@NullMarked
package dev.runnel.server.model;

import org.jspecify.annotations.NullMarked;
