/**
 * Chat completions: requests, replies, stream chunks, and tolerance for the differences between model servers. Not here:
 * assistants, threads and runs, which only use this package.
 */
@NullMarked
package dev.runnel.protocol.chat;

import org.jspecify.annotations.NullMarked;
