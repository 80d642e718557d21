-- Where several nodes share a database: which node may write to a run's log, with which fence, and until when, in milliseconds since the
-- epoch by the database's clock. The fence grows with each taker. No end means that the run waits for a request, and nobody need go on
-- with it. "asked" says that another node has changed something that the owner must see; "cancel_asked", that it was the run's end.
ALTER TABLE runs ADD COLUMN owner TEXT;
ALTER TABLE runs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lease_end BIGINT;
ALTER TABLE runs ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE runs ADD COLUMN cancel_asked BOOLEAN NOT NULL DEFAULT FALSE;

-- What files hold, in parts of 1 MiB, where the database keeps it. While a file is being uploaded its parts have a name of their own.
CREATE TABLE file_parts (
    file       TEXT NOT NULL,
    part       BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    content    ${bytes} NOT NULL,
    PRIMARY KEY (file, part)
);
