/**
 * HTTP behind one small interface, so that a program can use its own HTTP client. It knows nothing about JSON, events or
 * retries.
 */
@NullMarked
package dev.runnel.client.transport;

import org.jspecify.annotations.NullMarked;
