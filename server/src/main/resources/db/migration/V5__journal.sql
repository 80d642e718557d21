-- The events of runs under way come in here first, in the order of their commits, so that what many runs write in one commit shares
-- pages. In "log", where each run's segments lie together, each would dirty a page of its own. When a run has enough here for a
-- large segment, and when it comes to rest, it goes to "log" and the rows here are no longer needed.
CREATE TABLE journal (
    place  ${key},
    run    BIGINT NOT NULL,
    last   BIGINT NOT NULL,
    events ${bytes} NOT NULL
);
