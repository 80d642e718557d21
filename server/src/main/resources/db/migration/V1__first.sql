-- Objects are kept as the JSON that is sent, plus the few columns that are searched. "seq" gives lists their order: times have
-- a resolution of one second, and two objects made in the same second still have an order.

CREATE TABLE assistants (
    seq  ${serial},
    id   TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
);

CREATE TABLE threads (
    seq  ${serial},
    id   TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
);

CREATE TABLE messages (
    seq       ${serial},
    id        TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    run_id    TEXT,
    json      TEXT NOT NULL
);
CREATE INDEX messages_by_thread ON messages (thread_id, seq);

CREATE TABLE runs (
    seq       ${serial},
    id        TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    active    BOOLEAN NOT NULL,
    json      TEXT NOT NULL
);
CREATE INDEX runs_by_thread ON runs (thread_id, seq);
-- The thread lock: at most one run of a thread has not ended.
CREATE UNIQUE INDEX runs_active ON runs (thread_id) WHERE active;

CREATE TABLE steps (
    seq    ${serial},
    id     TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL,
    json   TEXT NOT NULL
);
CREATE INDEX steps_by_run ON steps (run_id, seq);

-- The run log, in segments: a row holds the events that one commit brought of one run, a line each, "name TAB data". The key is
-- the run's seq and, in the lower 32 bits, the number of the segment's last event: one integer, so that a run's segments lie
-- together in the table itself. This is the table that is written to most.
CREATE TABLE log (
    position ${key},
    events   ${bytes} NOT NULL
);
