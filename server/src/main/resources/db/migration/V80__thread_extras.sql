-- What stands in a thread beside its messages, in the thread's order: tool steps by their id, and what other APIs know of and the
-- Assistants API does not. It stands behind the message whose seq is "place", and among others there by its own seq.
CREATE TABLE thread_extras (
    seq       ${serial},
    id        TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    run_id    TEXT,
    place     BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    json      TEXT NOT NULL
);
CREATE INDEX thread_extras_by_thread ON thread_extras (thread_id, place, seq);
CREATE INDEX thread_extras_by_run ON thread_extras (thread_id, run_id, place, seq) WHERE run_id IS NOT NULL;

-- The tool steps that are there already: before the first message of their run, or at their thread's end if it wrote none.
INSERT INTO thread_extras (id, thread_id, run_id, place, kind, json)
SELECT steps.id, runs.thread_id, runs.id,
    COALESCE(
        (SELECT MIN(seq) - 1 FROM messages WHERE messages.thread_id = runs.thread_id AND messages.run_id = runs.id),
        (SELECT MAX(seq) FROM messages WHERE messages.thread_id = runs.thread_id), 0),
    'step', '{}'
FROM steps JOIN runs ON runs.id = steps.run_id
WHERE steps.json LIKE '%"type":"tool_calls"%'
ORDER BY steps.seq;

-- What the server must remember of a run and a run does not show: see RunNotes.
ALTER TABLE runs ADD COLUMN notes TEXT;
