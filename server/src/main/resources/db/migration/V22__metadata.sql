-- Metadata that a request gave to a run or a message after it was made. Its JSON is written by the run's owner alone, this column by
-- requests alone, so that neither undoes the other's change.
ALTER TABLE runs ADD COLUMN metadata TEXT;
ALTER TABLE messages ADD COLUMN metadata TEXT;
