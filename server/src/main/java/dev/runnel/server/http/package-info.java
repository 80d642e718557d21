/**
 * HTTP in, engine calls out. Here: who is let in, which API answers, and how failures become answers. Each API has a package of its own
 * below, and knows none of the others; what they share is in {@code exchange} and {@code fields}. Not here: any rule about what a run
 * may do.
 */
@NullMarked
package dev.runnel.server.http;

import org.jspecify.annotations.NullMarked;
