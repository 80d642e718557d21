-- What was done for requests that their sender may repeat: by the key it gave, what the request was and where the answer is.
CREATE TABLE idempotency_keys (
    project    TEXT NOT NULL,
    value      TEXT NOT NULL,
    request    TEXT NOT NULL,
    thread_id  TEXT NOT NULL,
    object_id  TEXT NOT NULL,
    position   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, value)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
