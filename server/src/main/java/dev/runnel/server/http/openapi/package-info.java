/**
 * The OpenAPI document of what the server serves: its routes as they are registered, its schemas as Jackson writes the protocol's
 * records. Not here: any second list of routes or of fields.
 */
@NullMarked
package dev.runnel.server.http.openapi;

import org.jspecify.annotations.NullMarked;
