package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statements about keys of projects. Static and without state. */
public final class KeyRows {
    private KeyRows() {}

    /**
     * A key, without the key itself.
     *
     * @param name what it is for, in its maker's words; may be empty
     * @param shown its beginning and end
     * @param createdAt in seconds since the epoch
     */
    public record Key(String id, String project, String name, String shown, long createdAt) {}

    /** Keeps a new key. */
    public static void insert(Sql sql, Key key, String hash) throws SQLException {
        sql.update("INSERT INTO api_keys (id, project, name, shown, hash, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                key.id(), key.project(), key.name(), key.shown(), hash, key.createdAt());
    }

    /** All keys, by project and age. */
    public static List<Key> all(Sql sql) throws SQLException {
        return sql.list(
                row -> new Key(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5)),
                "SELECT id, project, name, shown, created_at FROM api_keys ORDER BY project, created_at, id");
    }

    /** The project of each key, by the key's hash. */
    public static Map<String, String> projects(Sql sql) throws SQLException {
        Map<String, String> projects = new HashMap<>();
        sql.list(row -> projects.put(row.getString(1), row.getString(2)), "SELECT hash, project FROM api_keys");
        return projects;
    }

    /** Deletes a key; false if there is none of this id. */
    public static boolean delete(Sql sql, String id) throws SQLException {
        return sql.update("DELETE FROM api_keys WHERE id = ?", id) > 0;
    }
}
