-- Work that must be done once, at its time, by one node: of what kind, for which subject, and when, in milliseconds since the epoch. A node
-- that takes it is its owner, and puts the time off by its lease. The fence grows with each taker.
CREATE TABLE due_work (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at  BIGINT NOT NULL,
    owner   TEXT,
    fence   BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX due_work_by_time ON due_work (due_at);
