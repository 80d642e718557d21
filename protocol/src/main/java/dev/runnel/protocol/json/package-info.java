/**
 * Reading, writing and merging JSON the way the protocol needs it. Not here: any type of the protocol itself.
 */
@NullMarked
package dev.runnel.protocol.json;

import org.jspecify.annotations.NullMarked;
