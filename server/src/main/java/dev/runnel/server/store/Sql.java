package dev.runnel.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Statements on one connection, each prepared once. It owns the connection. For one thread at a time.
 */
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final boolean shared;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** In the order in which they were asked for, which is the order in which they are written. */
    private final Map<Class<?>, Gathered> gathered = new LinkedHashMap<>();

    /**
     * Statements on a connection.
     *
     * @param shared whether other processes may write to the database at the same time
     */
    public Sql(Connection connection, boolean shared) {
        this.connection = connection;
        this.shared = shared;
    }

    /**
     * The ending of a query that selects rows in order to change them at once: it makes the query skip rows that
     * another node has locked. Empty where only one process writes.
     */
    public String skipLocked() {
        return shared ? " FOR UPDATE SKIP LOCKED" : "";
    }

    /**
     * The ending of a query of one row that the rest of the transaction relies on: another node can change the row only
     * when the transaction has ended. Empty where only one process writes.
     */
    public String locked() {
        return shared ? " FOR UPDATE" : "";
    }

    /**
     * The ending of a query of one row that the rest of the transaction relies on to stay: another node can delete the row
     * only when the transaction has ended, and until then may read and change it. Empty where only one process writes.
     */
    public String kept() {
        return shared ? " FOR KEY SHARE" : "";
    }

    /** Executes a statement, and returns how many rows it changed. */
    public int update(String sql, @Nullable Object... parameters) throws SQLException {
        return bind(sql, parameters).executeUpdate();
    }

    /** Executes a statement once for each row of parameters. */
    public void updateAll(String sql, List<Object[]> rows) throws SQLException {
        PreparedStatement statement = prepare(sql);
        for (Object[] row : rows) {
            bind(statement, row);
            statement.addBatch();
        }
        statement.executeBatch();
    }

    /** The rows of a query. */
    public <T> List<T> list(RowMapper<T> mapper, String sql, @Nullable Object... parameters) throws SQLException {
        return list(mapper, row -> true, sql, parameters);
    }

    /**
     * The first rows of a query, up to and including the first one for which {@code more} is false. The rest is not
     * read.
     */
    public <T> List<T> list(RowMapper<T> mapper, Predicate<T> more, String sql, @Nullable Object... parameters)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = bind(sql, parameters).executeQuery()) {
            while (result.next()) {
                T row = mapper.map(result);
                rows.add(row);
                if (!more.test(row)) {
                    break;
                }
            }
        }
        return rows;
    }

    /** The first row of a query, if it has one. */
    public <T> Optional<T> first(RowMapper<T> mapper, String sql, @Nullable Object... parameters) throws SQLException {
        try (ResultSet result = bind(sql, parameters).executeQuery()) {
            return result.next() ? Optional.of(mapper.map(result)) : Optional.empty();
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private PreparedStatement bind(String sql, @Nullable Object[] parameters) throws SQLException {
        PreparedStatement statement = prepare(sql);
        bind(statement, parameters);
        return statement;
    }

    private void bind(PreparedStatement statement, @Nullable Object[] parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            switch (parameters[i]) {
                case null -> statement.setObject(i + 1, null);
                case String text -> statement.setString(i + 1, shared ? withoutNul(text) : text);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Boolean flag -> statement.setBoolean(i + 1, flag);
                case Long[] numbers -> statement.setArray(i + 1, connection.createArrayOf("bigint", numbers));
                default -> throw new IllegalArgumentException("no SQL type for " + parameters[i]);
            }
        }
    }

    /** PostgreSQL's texts hold no NUL. No id has one, so an id with the replacement is not found either. */
    private static String withoutNul(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    Connection connection() {
        return connection;
    }

    /**
     * The rows of one kind that the transaction's jobs gather. They are written at the end of the transaction, and
     * dropped if it is rolled back.
     *
     * @param empty creates the gathered rows, when they are asked for on this connection for the first time
     */
    public <T extends Gathered> T gathered(Class<T> kind, Supplier<T> empty) {
        return kind.cast(gathered.computeIfAbsent(kind, _ -> empty.get()));
    }

    void writeGathered() throws SQLException {
        for (Gathered each : gathered.values()) {
            each.write(this);
        }
    }

    void dropGathered() {
        gathered.values().forEach(Gathered::clear);
    }

    /** Rows that many jobs of a transaction add to, and that are written together. For the writer's thread. */
    public interface Gathered {
        /** Writes the gathered rows, if there are any, and begins again with none. */
        void write(Sql sql) throws SQLException;

        /** Drops the gathered rows: the transaction is rolled back. */
        void clear();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        connection.close();
    }

    /**
     * Statements that belong together. They may run more than once: if another job of their group fails, or the database
     * ends their transaction for the sake of another node, they run again.
     */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs the statements. */
        T run(Sql sql) throws SQLException;
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface RowMapper<T> {
        /** Reads the current row of the result. */
        T map(ResultSet row) throws SQLException;
    }
}
