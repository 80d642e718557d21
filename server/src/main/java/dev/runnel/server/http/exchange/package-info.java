/**
 * One request and its answer, in the terms that all APIs share: body, parameters, JSON and event streams. Not here:
 * anything that only one API needs.
 */
@NullMarked
package dev.runnel.server.http.exchange;

import org.jspecify.annotations.NullMarked;
