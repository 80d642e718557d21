package dev.runnel.server.projects;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;

/**
 * A project as the configuration has it.
 *
 * @param keys its keys, besides those of the options and of the database; may be empty
 */
public record ProjectPlan(Project project, ApiKeys keys, ProjectLimits limits) {}
