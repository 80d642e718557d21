-- Vector stores. When a store expires is a column, in seconds since the epoch, as every use puts it off. "expired" is set once what
-- the store held has been given up.
CREATE TABLE vector_stores (
    seq            ${serial},
    id             TEXT NOT NULL UNIQUE,
    project        TEXT NOT NULL,
    last_active_at BIGINT NOT NULL,
    expires_at     BIGINT,
    expired        BOOLEAN NOT NULL DEFAULT FALSE,
    json           TEXT NOT NULL
);
CREATE INDEX vector_stores_by_project ON vector_stores (project, seq);
CREATE INDEX vector_stores_expiring ON vector_stores (expires_at) WHERE expires_at IS NOT NULL AND NOT expired;

-- Files in stores. A file's chunks are numbered from 0: how many there are (null until its text has been read), how many of them have
-- vectors, and of which model (null for none). "last_change" is the number of the last chunk's change, and the chunks before it have the
-- numbers before it; null until the file can be searched.
CREATE TABLE store_files (
    seq         ${serial},
    id          TEXT NOT NULL,
    store_id    TEXT NOT NULL,
    batch_id    TEXT,
    status      TEXT NOT NULL,
    usage_bytes BIGINT NOT NULL DEFAULT 0,
    tries       INTEGER NOT NULL DEFAULT 0,
    chunks      INTEGER,
    embedded    INTEGER NOT NULL DEFAULT 0,
    model       TEXT,
    last_change BIGINT,
    json        TEXT NOT NULL,
    UNIQUE (store_id, id)
);
CREATE INDEX store_files_by_store ON store_files (store_id, seq);
CREATE INDEX store_files_by_status ON store_files (store_id, status, seq, usage_bytes);
CREATE INDEX store_files_by_batch ON store_files (store_id, batch_id, seq) WHERE batch_id IS NOT NULL;
CREATE INDEX store_files_by_batch_and_status ON store_files (store_id, batch_id, status, seq) WHERE batch_id IS NOT NULL;
CREATE INDEX store_files_by_file ON store_files (id);
CREATE INDEX store_files_by_change ON store_files (last_change) WHERE last_change IS NOT NULL;

CREATE TABLE store_batches (
    id         TEXT NOT NULL PRIMARY KEY,
    store_id   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    cancelled  BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX store_batches_by_store ON store_batches (store_id);

-- The chunks of files in stores. The key is the seq of the file in its store and, in the lower 20 bits, the chunk's number: a file's chunks
-- lie together. "vectors" is null until they are there.
CREATE TABLE chunks (
    place   ${key},
    text    TEXT NOT NULL,
    vectors ${bytes}
);

-- Files whose chunks are to be removed, by the seq that the file had in its store.
CREATE TABLE chunk_garbage (
    file ${key}
);

-- The list of changes that the indexes of all nodes follow: a name by which an index knows that it is of this list, the number of the newest
-- change, and the number up to which removals are no longer kept. One row.
CREATE TABLE chunk_changes (
    id        INTEGER NOT NULL PRIMARY KEY,
    identity  TEXT NOT NULL,
    newest    BIGINT NOT NULL,
    forgotten BIGINT NOT NULL
);

-- Removals, of one file from a store, or of all that a store held. What is added is in store_files.
CREATE TABLE chunk_removals (
    change     ${key},
    store_id   TEXT NOT NULL,
    file_id    TEXT,
    removed_at BIGINT NOT NULL
);

-- A file's id can be in more than one list: the project's, and each store's that held it.
CREATE TABLE deleted_places (
    id         TEXT NOT NULL,
    scope      TEXT NOT NULL,
    place      BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (id, scope)
);
INSERT INTO deleted_places (id, scope, place, deleted_at) SELECT id, scope, place, deleted_at FROM deleted;
DROP TABLE deleted;
ALTER TABLE deleted_places RENAME TO deleted;
CREATE INDEX deleted_by_age ON deleted (deleted_at);

-- Work is looked for by kind.
DROP INDEX due_work_by_time;
CREATE INDEX due_work_by_time ON due_work (kind, due_at);
