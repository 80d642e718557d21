/**
 * From a file's bytes to its text. The server uses {@link dev.runnel.server.search.parse.DocumentParser}. It reads each
 * file in a JVM of its own ({@code ParserProgram}), because the libraries that read documents were not made for
 * malicious files. Not here: chunks, storage.
 */
@NullMarked
package dev.runnel.server.search.parse;

import org.jspecify.annotations.NullMarked;
