/**
 * The rules for assistants, threads, messages, runs and files. Each capability has a package below this one; this
 * package puts them together. The code blocks, on virtual threads, and reads from top to bottom. Not here: HTTP, SQL.
 */
@NullMarked
package dev.runnel.server.engine;

import org.jspecify.annotations.NullMarked;
