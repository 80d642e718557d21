/**
 * What may happen to assistants, threads, messages, runs and files. Each capability has a package below this one; this package puts
 * them together. Blocking code on virtual threads, read top to bottom. Not here: HTTP, SQL.
 */
@NullMarked
package dev.runnel.server.engine;

import org.jspecify.annotations.NullMarked;
