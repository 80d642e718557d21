-- Each API key belongs to a project, and a project sees only what is its own. What was there before belongs to the one that a server
-- without keys uses. Messages, runs and steps belong to their thread's project.
ALTER TABLE assistants ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
CREATE INDEX assistants_by_project ON assistants (project, seq);

ALTER TABLE threads ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
CREATE INDEX threads_by_project ON threads (project, seq);

-- What files hold lies beside the database, under their ids.
CREATE TABLE files (
    seq     ${serial},
    id      TEXT NOT NULL UNIQUE,
    project TEXT NOT NULL,
    purpose TEXT NOT NULL,
    json    TEXT NOT NULL
);
CREATE INDEX files_by_project ON files (project, seq);

-- Where deleted objects stood in their lists: whoever walks a list and deletes as he goes has cursors that are gone. The scope is
-- what the list was of: a project, or a thread.
CREATE TABLE deleted (
    id    TEXT NOT NULL PRIMARY KEY,
    scope TEXT NOT NULL,
    place BIGINT NOT NULL
);
