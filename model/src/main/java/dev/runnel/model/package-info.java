/**
 * What a model is to the server: a prompt in, deltas out, and what can go wrong. Here: interfaces and values. Not here: any model, and
 * anything that the server or the client is made of.
 */
@NullMarked
package dev.runnel.model;

import org.jspecify.annotations.NullMarked;
