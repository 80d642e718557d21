/**
 * Which model server answers a call: names, weights, fall-backs, the limits and the health of each server. Not here: how a model server is spoken
 * to, which is in {@code model}, or how a configuration is written, which is in {@code config}.
 */
@NullMarked
package dev.runnel.server.routing;

import org.jspecify.annotations.NullMarked;
