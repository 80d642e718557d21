-- What a tool of the server keeps with a thread, such as the id of the session in which the thread's code runs. Only the tool reads it.
CREATE TABLE tool_notes (
    thread_id TEXT NOT NULL,
    tool      TEXT NOT NULL,
    json      TEXT NOT NULL,
    PRIMARY KEY (thread_id, tool)
);
