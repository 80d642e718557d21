/**
 * The configuration file: YAML with the place of each value, the options, model servers, names and projects in it, and messages that say where a mistake
 * is and what to write. Not here: what the values do.
 */
@NullMarked
package dev.runnel.server.config;

import org.jspecify.annotations.NullMarked;
