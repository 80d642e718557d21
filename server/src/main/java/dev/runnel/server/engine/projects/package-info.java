/**
 * Projects: the keys that the database has of them, what their limits let in, and what they used. Not here: keys and limits of the options and
 * the configuration, and what requests are about.
 */
@NullMarked
package dev.runnel.server.engine.projects;

import org.jspecify.annotations.NullMarked;
