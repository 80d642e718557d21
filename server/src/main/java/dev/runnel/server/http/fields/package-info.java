/**
 * Reads the JSON of requests within limits, and derives its schemas from the same code. Not here: the fields of any
 * request, which belong to the request's API.
 */
@NullMarked
package dev.runnel.server.http.fields;

import org.jspecify.annotations.NullMarked;
