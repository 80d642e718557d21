/**
 * The sandbox of another machine, over HTTP: the side that asks, and the server that has the sandbox. The protocol is in
 * docs/code-interpreter.md. Not here: the sandbox itself, and the model's view of it.
 */
@NullMarked
package dev.runnel.server.sandbox.remote;

import org.jspecify.annotations.NullMarked;
