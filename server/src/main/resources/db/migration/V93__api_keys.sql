-- Keys of projects that 'runnel keys create' made. A key itself is not kept, but the SHA-256 of it, in hexadecimal digits, and its beginning and
-- end, by which a person tells it from others.
CREATE TABLE api_keys (
    id         TEXT NOT NULL PRIMARY KEY,
    project    TEXT NOT NULL,
    name       TEXT NOT NULL,
    shown      TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
