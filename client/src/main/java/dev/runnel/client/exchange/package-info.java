/**
 * One request and its answer: paths and headers, what a status means, bodies that are kept or unpacked, and words for a network's failures.
 * It is not exported. Not here: anything that programs import, and the sending itself, which is the transport's.
 */
@NullMarked
package dev.runnel.client.exchange;

import org.jspecify.annotations.NullMarked;
