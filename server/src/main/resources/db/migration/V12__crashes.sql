-- How often the server ended without a word while it executed a run.
ALTER TABLE runs ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
