/**
 * Chat completions: requests, replies, stream chunks, and the tolerances that differing model servers ask for. Not here:
 * assistants, threads and runs, which only use them.
 */
@NullMarked
package dev.runnel.protocol.chat;

import org.jspecify.annotations.NullMarked;
