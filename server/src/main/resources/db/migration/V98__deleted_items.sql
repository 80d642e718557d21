-- Where a deleted item stood that was no message: among what followed the message at "place". 0 for everything else.
ALTER TABLE deleted ADD COLUMN extra BIGINT NOT NULL DEFAULT 0;
