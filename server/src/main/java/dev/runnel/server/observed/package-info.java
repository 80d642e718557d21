/**
 * Models whose calls observers are told of, for metrics and traces alike. What an observer makes of a call is not here.
 */
@NullMarked
package dev.runnel.server.observed;

import org.jspecify.annotations.NullMarked;
