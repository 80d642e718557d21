package dev.runnel.server.store.rows;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.server.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of objects that can be read in pages, in the order they were created. Cursors are ids. A deleted object's id
 * is still a cursor for a day.
 *
 * @param table the objects' table
 * @param scopeColumn the column that tells which list an object is in: its project, thread or run
 * @param scope the value of that column
 * @param filters the wanted values of other columns
 * @param shape how the objects are read
 * @param id gives an object's id
 */
record Listing<T>(
        String table,
        String scopeColumn,
        String scope,
        Map<String, String> filters,
        RowShape<T> shape,
        Function<T, String> id) {

    static <T> Listing<T> of(String table, String scopeColumn, String scope, RowShape<T> shape,
            Function<T, String> id) {
        return new Listing<>(table, scopeColumn, scope, Map.of(), shape, id);
    }

    /** The list of only the objects with a value in a column; of all objects if the value is null. */
    Listing<T> only(String column, @Nullable String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(filters);
        more.put(column, value);
        return new Listing<>(table, scopeColumn, scope, more, shape, id);
    }

    private record Placed<T>(long place, T object) {}

    /**
     * One page, and whether there is more: the query asks for one row beyond the limit. With {@code before} alone, the
     * page ends right before that object. It is then read backwards, and "more" means objects before the page.
     *
     * <p>The query has a condition for the place where the page begins, and never for the other end: with both, SQLite
     * would scan all rows between them instead of looking up the filter's value.
     *
     * @throws UnknownCursorException if a cursor is the id of no object that was ever in the list
     */
    Page<T> page(Sql sql, PageRequest page) throws SQLException {
        StringBuilder query = new StringBuilder(
                "SELECT " + shape.columns() + ", seq FROM " + table + " WHERE " + scopeColumn + " = ?");
        List<Object> values = new ArrayList<>(List.of(scope));
        filters.forEach((column, value) -> {
            query.append(" AND ").append(column).append(" = ?");
            values.add(value);
        });
        Optional<Long> after = place(sql, "after", page.after());
        Optional<Long> before = place(sql, "before", page.before());
        boolean backwards = before.isPresent() && after.isEmpty();
        boolean upwards = page.ascending() != backwards;
        Optional<Long> begin = backwards ? before : after;
        if (begin.isPresent()) {
            query.append(" AND seq ").append(upwards ? ">" : "<").append(" ?");
            values.add(begin.get());
        }
        query.append(" ORDER BY seq ").append(upwards ? "ASC" : "DESC").append(" LIMIT ?");
        values.add(page.limit() + 1);
        List<T> rows = sql.list(this::read, query.toString(), values.toArray()).stream()
                .takeWhile(row -> backwards || before.isEmpty()
                        || (upwards ? row.place < before.get() : row.place > before.get()))
                .map(Placed::object)
                .toList();
        boolean more = rows.size() > page.limit();
        List<T> kept = more ? rows.subList(0, page.limit()) : rows;
        List<T> data = backwards ? kept.reversed() : kept;
        return new Page<>(
                data,
                data.isEmpty() ? null : id.apply(data.getFirst()),
                data.isEmpty() ? null : id.apply(data.getLast()),
                more);
    }

    private Placed<T> read(ResultSet row) throws SQLException {
        return new Placed<>(row.getLong("seq"), shape.mapper().map(row));
    }

    private Optional<Long> place(Sql sql, String parameter, @Nullable String cursor) throws SQLException {
        if (cursor == null) {
            return Optional.empty();
        }
        Optional<Long> place = sql.first(
                row -> row.getLong(1),
                "SELECT seq FROM " + table + " WHERE id = ? AND " + scopeColumn + " = ?"
                        + " UNION ALL SELECT place FROM deleted WHERE id = ? AND scope = ?",
                cursor,
                scope,
                cursor,
                scope);
        if (place.isEmpty()) {
            throw new UnknownCursorException(parameter, cursor);
        }
        return place;
    }

    /** Deletes an object, and keeps its place for cursors; false if there is no such object. */
    boolean delete(Sql sql, String objectId) throws SQLException {
        sql.update(
                "INSERT INTO deleted (id, scope, place) SELECT id, " + scopeColumn + ", seq FROM " + table
                        + " WHERE id = ? AND " + scopeColumn + " = ?"
                        + " ON CONFLICT (id, scope) DO UPDATE SET place = excluded.place, deleted_at = NULL",
                objectId,
                scope);
        return sql.update("DELETE FROM " + table + " WHERE id = ? AND " + scopeColumn + " = ?", objectId, scope) > 0;
    }
}
