/**
 * One request and its answer, in terms that all the APIs share: its body, its parameters, JSON and event streams. Not here: anything that
 * one API alone needs.
 */
@NullMarked
package dev.runnel.server.http.exchange;

import org.jspecify.annotations.NullMarked;
