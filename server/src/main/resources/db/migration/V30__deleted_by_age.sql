-- When an object was first seen to have been deleted, in seconds since the epoch: where it stood in its list is not kept for ever.
ALTER TABLE deleted ADD COLUMN deleted_at BIGINT;
CREATE INDEX deleted_by_age ON deleted (deleted_at);
