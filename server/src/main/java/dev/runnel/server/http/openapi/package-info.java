/**
 * The OpenAPI document of the server. Its routes are the registered ones, and its schemas come from the records as
 * Jackson writes them. Not here: a second list of routes or of fields.
 */
@NullMarked
package dev.runnel.server.http.openapi;

import org.jspecify.annotations.NullMarked;
