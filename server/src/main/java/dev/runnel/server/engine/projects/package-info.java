/**
 * Projects: the keys that the database has of them, and what they used. Not here: keys of the options, and what requests are about.
 */
@NullMarked
package dev.runnel.server.engine.projects;

import org.jspecify.annotations.NullMarked;
