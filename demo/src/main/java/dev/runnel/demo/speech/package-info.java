/**
 * The text behind the built-in demo model: a story grammar, its tokens, its pace and its tool arguments.
 *
 * <p>Here: pure functions from a prompt to a reply, the same reply each time; the material that replies are made of
 * is in this package's resource files. Not here: threads, sleeping, streams, wire types, configuration, or anything
 * that knows of runs.
 */
@NullMarked
package dev.runnel.demo.speech;

import org.jspecify.annotations.NullMarked;
