-- Where several nodes share a database: whether a node that does not have the run has readers of its events. Only then are other nodes told
-- of new events. Stays until the run has ended.
ALTER TABLE runs ADD COLUMN watched BOOLEAN NOT NULL DEFAULT FALSE;
