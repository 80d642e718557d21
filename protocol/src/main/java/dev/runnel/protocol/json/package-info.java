/**
 * Reading, writing and merging JSON the way the protocol needs it. Not here: any type of the protocol itself. This
 * package is no API: it shows Jackson's types, and is for Runnel's own modules alone.
 */
@NullMarked
package dev.runnel.protocol.json;

import org.jspecify.annotations.NullMarked;
