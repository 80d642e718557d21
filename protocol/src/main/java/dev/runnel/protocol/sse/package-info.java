/**
 * Server-sent events as bytes: a parser and a writer. They know nothing of HTTP, JSON or any event's meaning.
 */
@NullMarked
package dev.runnel.protocol.sse;

import org.jspecify.annotations.NullMarked;
