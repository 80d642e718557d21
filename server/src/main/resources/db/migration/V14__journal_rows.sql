-- What a commit adds to the journal is one row, whosever it is: a statement for each run of a group was a good part of the writer's
-- work. What the journal alone has of runs that are active goes to the log first, as at each start.
INSERT INTO log (position, events)
SELECT (journal.run << 32) | journal.last, journal.events
FROM journal JOIN runs ON runs.seq = journal.run AND runs.active
WHERE journal.last > COALESCE(
    (SELECT MAX(log.position) & 4294967295 FROM log
     WHERE log.position > (journal.run << 32) AND log.position <= ((journal.run << 32) | 4294967295)), 0)
ORDER BY journal.place;

DROP TABLE journal;

CREATE TABLE journal (
    place ${key},
    parts ${bytes} NOT NULL
);
