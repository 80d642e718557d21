/**
 * A model as the server sees it: a prompt in, deltas out, and the possible failures. Here: interfaces and values. Not
 * here: any model, or code of the server or the client.
 */
@NullMarked
package dev.runnel.model;

import org.jspecify.annotations.NullMarked;
