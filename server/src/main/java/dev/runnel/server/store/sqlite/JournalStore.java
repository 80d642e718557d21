package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The journal's statements. The journal has the newest events of all runs, in the order of their commits; the log has
 * older ones, by run. The caller decides when a run's segments are copied from the journal to the log, and when the
 * journal is trimmed. Static and without state.
 */
public final class JournalStore {
    private JournalStore() {}

    /**
     * Appends a segment to the journal. It is written by the end of the transaction.
     *
     * @param place greater than the place of any earlier segment
     */
    public static void append(Sql sql, long place, long run, Segment segment) throws SQLException {
        JournalRow row = sql.gathered(JournalRow.class, JournalRow::new);
        row.add(place, run, segment);
        if (row.isFull()) {
            row.write(sql);
        }
    }

    /** Deletes the segments before a place, except those that share a row with later segments. */
    public static void trim(Sql sql, long place) throws SQLException {
        sql.update("DELETE FROM journal WHERE place < ?", place);
    }

    /** The segments that the journal has of a run, oldest first. Reads the whole journal. */
    public static List<Segment> read(Sql sql, long run) throws SQLException {
        return read(sql, Set.of(run)).getOrDefault(run, List.of());
    }

    private static Map<Long, List<Segment>> read(Sql sql, Set<Long> runs) throws SQLException {
        Map<Long, List<Segment>> segments = new LinkedHashMap<>();
        sql.list(row -> {
            for (JournalRow.Part part : JournalRow.parts(row.getBytes(1))) {
                if (runs.contains(part.run())) {
                    segments.computeIfAbsent(part.run(), run -> new ArrayList<>()).add(part.segment());
                }
            }
            return true;
        }, "SELECT parts FROM journal ORDER BY place");
        return segments;
    }

    /**
     * Copies to the log the segments of these runs that only the journal has. A run that is not active has no such
     * segments.
     */
    public static void recover(Sql sql, Set<Long> runs) throws SQLException {
        Set<Long> active = activeRuns(sql);
        active.retainAll(runs);
        copyToLog(sql, read(sql, active));
    }

    /**
     * Copies to the log all segments that only the journal has, and empties the journal. A run that is not active has
     * all its entries in the log: its segments in the journal were only not trimmed yet. Writes nothing if the journal is empty, so that a
     * server whose disk is full can start.
     */
    public static void recover(Sql sql) throws SQLException {
        if (sql.first(row -> true, "SELECT 1 FROM journal LIMIT 1").isEmpty()) {
            return;
        }
        copyToLog(sql, read(sql, activeRuns(sql)));
        sql.update("DELETE FROM journal");
    }

    private static Set<Long> activeRuns(Sql sql) throws SQLException {
        return new HashSet<>(sql.list(row -> row.getLong(1), "SELECT seq FROM runs WHERE active"));
    }

    private static void copyToLog(Sql sql, Map<Long, List<Segment>> journal) throws SQLException {
        for (Map.Entry<Long, List<Segment>> run : journal.entrySet()) {
            copyToLog(sql, run.getKey(), run.getValue());
        }
    }

    private static void copyToLog(Sql sql, long run, List<Segment> journal) throws SQLException {
        long last = LogStore.last(sql, run).map(Segment::last).orElse(0L);
        LogStore.append(sql, run, Segment.join(journal.stream().filter(segment -> segment.last() > last).toList()));
    }
}
