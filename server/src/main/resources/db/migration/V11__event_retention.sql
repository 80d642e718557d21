-- When a run was first seen to have ended, in seconds since the epoch, and whether its log has been removed since: objects stay,
-- events go after a time.
ALTER TABLE runs ADD COLUMN ended_at BIGINT;
ALTER TABLE runs ADD COLUMN log_removed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX runs_with_log ON runs (ended_at) WHERE NOT active AND NOT log_removed;
