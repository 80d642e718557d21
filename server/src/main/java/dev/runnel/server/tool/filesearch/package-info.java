/**
 * The tool {@code file_search}: what a model is told of it, what it is shown of the passages that were found, and how the
 * run's steps show them. Not here: vector stores and the search itself, which the engine has.
 */
@NullMarked
package dev.runnel.server.tool.filesearch;

import org.jspecify.annotations.NullMarked;
