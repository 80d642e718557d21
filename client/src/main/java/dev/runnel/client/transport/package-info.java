/**
 * HTTP behind one small interface, so that a program may bring its own. It knows nothing of JSON, events or retries.
 */
@NullMarked
package dev.runnel.client.transport;

import org.jspecify.annotations.NullMarked;
