package dev.runnel.server.http.projects;

import dev.runnel.server.base.Project;

/**
 * A request for a new key.
 *
 * @param name the key's purpose, for people; may be empty
 */
record KeyRequest(Project project, String name) {}
