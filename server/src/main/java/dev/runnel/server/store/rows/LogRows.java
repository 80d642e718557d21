package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The segments that a transaction adds to the logs of all runs, written together at its end. For the writer's thread. */
final class LogRows implements Sql.Gathered {
    private final List<Object[]> rows = new ArrayList<>();

    void add(long position, Segment segment) {
        rows.add(new Object[] {position, segment.shown(), segment.events()});
    }

    @Override
    public void write(Sql sql) throws SQLException {
        if (!rows.isEmpty()) {
            List<Object[]> written = List.copyOf(rows);
            rows.clear();
            sql.updateAll(LogStore.INSERT, written);
        }
    }

    @Override
    public void clear() {
        rows.clear();
    }
}
