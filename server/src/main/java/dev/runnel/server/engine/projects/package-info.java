/**
 * Projects: their keys in the database, the check of their limits, and their use of models. Not here: keys and limits of the options and the
 * configuration, and the content of requests.
 */
@NullMarked
package dev.runnel.server.engine.projects;

import org.jspecify.annotations.NullMarked;
