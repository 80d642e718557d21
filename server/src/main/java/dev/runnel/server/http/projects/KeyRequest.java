package dev.runnel.server.http.projects;

import dev.runnel.server.base.Project;

/**
 * A request for a new key.
 *
 * @param name what it is for; may be empty
 */
record KeyRequest(Project project, String name) {}
