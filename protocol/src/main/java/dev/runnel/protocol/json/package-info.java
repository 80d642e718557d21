/**
 * Reads, writes and merges JSON as the protocol needs it. Not here: any type of the protocol itself. This package is no API: it
 * exposes Jackson's types, and is only for Runnel's own modules.
 */
@NullMarked
package dev.runnel.protocol.json;

import org.jspecify.annotations.NullMarked;
