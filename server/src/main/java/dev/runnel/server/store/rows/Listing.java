package dev.runnel.server.store.rows;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.server.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of objects that can be walked in pages, in the order they were made. Cursors are ids; a deleted object's id still marks the
 * place where it stood, for a day.
 *
 * @param table where they are kept
 * @param scopeColumn the column that says what the list is of: a project, a thread or a run
 * @param scope which one
 * @param filterColumn a column of which one value is wanted; null for all
 * @param filter that value
 * @param shape how they are read
 * @param id their ids
 */
record Listing<T>(
        String table,
        String scopeColumn,
        String scope,
        @Nullable String filterColumn,
        @Nullable String filter,
        RowShape<T> shape,
        Function<T, String> id) {

    static <T> Listing<T> of(String table, String scopeColumn, String scope, RowShape<T> shape,
            Function<T, String> id) {
        return new Listing<>(table, scopeColumn, scope, null, null, shape, id);
    }

    /** Only those with a value in a column; all if it is null. */
    Listing<T> only(String column, @Nullable String value) {
        return new Listing<>(table, scopeColumn, scope, value == null ? null : column, value, shape, id);
    }

    private record Placed<T>(long place, T object) {}

    /**
     * One page, and whether there is more: one row beyond the limit is asked for. With {@code before} alone the page is the one
     * right before that object, so it is read from there backwards, and "more" is what comes before it.
     *
     * <p>The query has the place where the page begins, and never the other one: with both, SQLite would go through all between them
     * rather than look where one value of the filter is.
     *
     * @throws UnknownCursorException if a cursor names nothing that was ever in the list
     */
    Page<T> page(Sql sql, PageRequest page) throws SQLException {
        StringBuilder query = new StringBuilder(
                "SELECT " + shape.columns() + ", seq FROM " + table + " WHERE " + scopeColumn + " = ?");
        List<Object> values = new ArrayList<>(List.of(scope));
        if (filterColumn != null && filter != null) {
            query.append(" AND ").append(filterColumn).append(" = ?");
            values.add(filter);
        }
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

    /** Deletes an object, keeping its place; false if there is none. */
    boolean delete(Sql sql, String objectId) throws SQLException {
        sql.update(
                "INSERT INTO deleted (id, scope, place) SELECT id, " + scopeColumn + ", seq FROM " + table
                        + " WHERE id = ? AND " + scopeColumn + " = ?",
                objectId,
                scope);
        return sql.update("DELETE FROM " + table + " WHERE id = ? AND " + scopeColumn + " = ?", objectId, scope) > 0;
    }
}
