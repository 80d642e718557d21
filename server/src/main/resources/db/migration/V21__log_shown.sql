-- A log's positions and the numbers on the wire part: "shown" counts the entries up to a segment's end that the Assistants API shows. It
-- stands before the large column, so that it is read without it. Until now every entry was shown.
CREATE TABLE new_log (
    position ${key},
    shown    BIGINT NOT NULL,
    events   ${bytes} NOT NULL
);
INSERT INTO new_log (position, shown, events) SELECT position, position & 4294967295, events FROM log ORDER BY position;
DROP TABLE log;
ALTER TABLE new_log RENAME TO log;
