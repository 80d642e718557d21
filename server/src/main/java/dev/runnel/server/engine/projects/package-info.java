/**
 * Projects: what they used. Not here: their keys in the configuration, and what their requests are about.
 */
@NullMarked
package dev.runnel.server.engine.projects;

import org.jspecify.annotations.NullMarked;
