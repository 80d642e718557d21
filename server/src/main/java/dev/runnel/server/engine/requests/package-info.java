/**
 * Code that all requests to the engine share: the two exceptions that refuse a request, idempotency keys, pages of lists,
 * and changes of objects in one transaction. Not here: any one kind of object.
 */
@NullMarked
package dev.runnel.server.engine.requests;

import org.jspecify.annotations.NullMarked;
