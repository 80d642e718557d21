/**
 * Model servers: any OpenAI-compatible server behind the interface {@code Model}, under its own model names or under
 * aliases. Not here: runs, threads or storage.
 */
@NullMarked
package dev.runnel.server.model;

import org.jspecify.annotations.NullMarked;
