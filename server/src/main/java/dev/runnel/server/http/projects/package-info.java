/** The routes of projects, which are extensions of the protocol: keys of projects, and their use of models. */
@NullMarked
package dev.runnel.server.http.projects;

import org.jspecify.annotations.NullMarked;
