-- When a file goes by itself, in seconds since the epoch; most never do.
ALTER TABLE files ADD COLUMN expires_at BIGINT;
CREATE INDEX files_expiring ON files (expires_at) WHERE expires_at IS NOT NULL;
