/**
 * What all requests to the engine share: the two ways to be refused, keys by which a request is carried out once, pages of lists, and
 * changes that are not lost. Not here: any one kind of object.
 */
@NullMarked
package dev.runnel.server.engine.requests;

import org.jspecify.annotations.NullMarked;
