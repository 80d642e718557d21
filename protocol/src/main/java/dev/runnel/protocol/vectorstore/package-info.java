/**
 * Vector stores of the Assistants API v2: stores, their files and batches of files, how files are cut into chunks, and what
 * a search finds. Not here: assistants, threads and runs, and the search itself.
 */
@NullMarked
package dev.runnel.protocol.vectorstore;

import org.jspecify.annotations.NullMarked;
