/**
 * The tool {@code code_interpreter}: what a model is told of it, how its code becomes a call in a sandbox, and how the run's
 * steps show input, output and files. Not here: the sandbox, and where files are stored.
 */
@NullMarked
package dev.runnel.server.tool.codeinterpreter;

import org.jspecify.annotations.NullMarked;
