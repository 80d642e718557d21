-- Whose turn due work takes: the kinds of work that have turns serve the projects one after the other. Empty for work without turns.
ALTER TABLE due_work ADD COLUMN turn TEXT NOT NULL DEFAULT '';
CREATE INDEX due_work_by_turn ON due_work (kind, turn, due_at);

-- The headings above the beginning of a chunk, as one line. Null if there are none.
ALTER TABLE chunks ADD COLUMN headings TEXT;
