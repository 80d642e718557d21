-- What each project used, by day (days since the epoch, in UTC), by the name of the model that requests asked for, and by the name that the
-- model server got.
CREATE TABLE usage_days (
    project           TEXT NOT NULL,
    day               BIGINT NOT NULL,
    model             TEXT NOT NULL,
    served_model      TEXT NOT NULL,
    runs              BIGINT NOT NULL,
    chat_completions  BIGINT NOT NULL,
    errors            BIGINT NOT NULL,
    prompt_tokens     BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    PRIMARY KEY (project, day, model, served_model)
);
CREATE INDEX usage_days_by_day ON usage_days (day);

-- The project of a run: that of its thread. Null for runs that had ended before this column was there, which nobody asks.
ALTER TABLE runs ADD COLUMN project TEXT;
UPDATE runs SET project = COALESCE((SELECT threads.project FROM threads WHERE threads.id = runs.thread_id), 'default') WHERE active;
CREATE INDEX runs_active_by_project ON runs (project, active) WHERE active;

-- Keys of projects that 'runnel keys create' made. A key itself is not kept, but the SHA-256 of it, in hexadecimal digits, and its beginning and
-- end, by which a person tells it from others.
CREATE TABLE api_keys (
    id         TEXT NOT NULL PRIMARY KEY,
    project    TEXT NOT NULL,
    name       TEXT NOT NULL,
    shown      TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- The size of a file, which until now only its JSON had: the next migration fills it in.
ALTER TABLE files ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX files_by_size ON files (project, bytes);
