package dev.runnel.server.store.rows;

import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * How an object is read from its row, and written to it.
 *
 * @param columns the columns that a query selects first, in this order
 * @param mapper makes the object from these columns
 */
record RowShape<T>(String columns, Sql.RowMapper<T> mapper) {
    /** An object that is kept as JSON alone. */
    static <T> RowShape<T> of(Class<T> type) {
        return new RowShape<>("json", row -> json(row, type));
    }

    /** An object whose metadata may have been changed since its JSON was written. */
    static <T> RowShape<T> withMetadata(Class<T> type, BiFunction<T, Map<String, String>, T> relabel) {
        return new RowShape<>("json, metadata", row -> {
            T object = json(row, type);
            String metadata = row.getString(2);
            return metadata == null ? object : relabel.apply(object, metadata(metadata));
        });
    }

    /** Metadata from its column. */
    static Map<String, String> metadata(String json) {
        Map<String, String> metadata = new LinkedHashMap<>();
        Json.readTree(json.getBytes(StandardCharsets.UTF_8)).properties()
                .forEach(pair -> metadata.put(pair.getKey(), pair.getValue().textValue()));
        return metadata;
    }

    /** The object whose JSON is in the first column. */
    static <T> T json(ResultSet row, Class<T> type) throws SQLException {
        return Json.read(row.getString(1).getBytes(StandardCharsets.UTF_8), type);
    }

    /** An object as its column has it. */
    static String json(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }
}
