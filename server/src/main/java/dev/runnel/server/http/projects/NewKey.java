package dev.runnel.server.http.projects;

import dev.runnel.server.engine.projects.ProjectKeys;

/**
 * A new key.
 *
 * @param shown its beginning and end
 * @param key itself: no later answer has it
 */
record NewKey(String id, String project, String name, String shown, long createdAt, String key) {
    static NewKey of(ProjectKeys.Created made) {
        return new NewKey(made.key().id(), made.key().project(), made.key().name(), made.key().shown(),
                made.key().createdAt(), made.secret());
    }
}
