-- The nodes whose tools keep something with them, such as sessions of code, and until when each of them is taken to be there, in milliseconds
-- since the epoch by the database's clock.
CREATE TABLE tool_nodes (
    node        TEXT NOT NULL PRIMARY KEY,
    alive_until BIGINT NOT NULL
);

-- Calls of tools that one node asks another one to carry out. The asker removes its row when it has the answer, or waits no longer; an answer
-- that comes later is lost.
CREATE TABLE handed_calls (
    id      TEXT NOT NULL PRIMARY KEY,
    node    TEXT NOT NULL,
    asker   TEXT NOT NULL,
    request TEXT NOT NULL,
    taken   BOOLEAN NOT NULL DEFAULT FALSE,
    answer  TEXT
);
CREATE INDEX handed_calls_by_node ON handed_calls (node);
