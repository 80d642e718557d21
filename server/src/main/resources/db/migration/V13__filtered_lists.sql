-- Lists of which one value of a column is wanted: the messages that a run wrote, the files for a purpose. Without these a page goes
-- through whatever else the list has.
CREATE INDEX messages_by_run ON messages (thread_id, run_id, seq) WHERE run_id IS NOT NULL;
CREATE INDEX files_by_purpose ON files (project, purpose, seq);
