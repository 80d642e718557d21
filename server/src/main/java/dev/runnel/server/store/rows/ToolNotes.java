package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The statements about what the server's tools keep with threads. Static and without state. */
public final class ToolNotes {
    private ToolNotes() {}

    private record Note(String tool, JsonValue kept) {}

    /** The notes of a tool about a thread. */
    public static Optional<JsonValue> find(Sql sql, String threadId, String tool) throws SQLException {
        return sql.first(row -> JsonValue.parse(row.getString(1)),
                "SELECT json FROM tool_notes WHERE thread_id = ? AND tool = ?", threadId, tool);
    }

    /** The notes of all tools about a thread, by the tools' kinds. */
    public static Map<String, JsonValue> all(Sql sql, String threadId) throws SQLException {
        Map<String, JsonValue> all = new LinkedHashMap<>();
        sql.list(row -> new Note(row.getString(1), JsonValue.parse(row.getString(2))),
                "SELECT tool, json FROM tool_notes WHERE thread_id = ? ORDER BY tool", threadId)
                .forEach(note -> all.put(note.tool(), note.kept()));
        return all;
    }

    /** Keeps something with a thread, in place of what the tool kept there before. Does nothing if the thread is gone. */
    public static void put(Sql sql, String threadId, String tool, JsonValue kept) throws SQLException {
        sql.update("INSERT INTO tool_notes (thread_id, tool, json) SELECT id, ?, ? FROM threads WHERE id = ?"
                + " ON CONFLICT (thread_id, tool) DO UPDATE SET json = excluded.json", tool, kept.toString(), threadId);
    }

    static void deleteAll(Sql sql, String threadId) throws SQLException {
        sql.update("DELETE FROM tool_notes WHERE thread_id = ?", threadId);
    }
}
