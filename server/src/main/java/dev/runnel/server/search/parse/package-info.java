/**
 * From a file's bytes to its text. {@link dev.runnel.server.search.parse.DocumentParser} is for the server; it has each file read by a JVM of
 * its own ({@code ParserProgram}), as libraries that read documents were made for files of people who mean well. Not here: chunks, storage.
 */
@NullMarked
package dev.runnel.server.search.parse;

import org.jspecify.annotations.NullMarked;
