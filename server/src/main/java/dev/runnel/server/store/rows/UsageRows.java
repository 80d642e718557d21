package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.UsageRow.Counts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The statements about what projects used. Static and without state. */
public final class UsageRows {
    private static final String ADD = "INSERT INTO usage_days (project, day, model, served_model,"
            + " runs, chat_completions, errors, prompt_tokens, completion_tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (project, day, model, served_model) DO UPDATE SET"
            + " runs = usage_days.runs + excluded.runs,"
            + " chat_completions = usage_days.chat_completions + excluded.chat_completions,"
            + " errors = usage_days.errors + excluded.errors,"
            + " prompt_tokens = usage_days.prompt_tokens + excluded.prompt_tokens,"
            + " completion_tokens = usage_days.completion_tokens + excluded.completion_tokens";

    private static final String SELECT = "SELECT project, day, model, served_model,"
            + " runs, chat_completions, errors, prompt_tokens, completion_tokens FROM usage_days";

    private UsageRows() {}

    /** Adds to what was used. What the transaction's jobs add to one row is written together, at the end of the transaction. */
    public static void add(Sql sql, UsageRow used) {
        sql.gathered(Rows.class, Rows::new).counts
                .merge(new Key(used.project(), used.day(), used.model(), used.servedModel()), used.counts(),
                        Counts::plus);
    }

    /**
     * The use by day, project and model.
     *
     * @param project only what this project used; null for all
     * @param from the first day
     * @param to the last day
     * @param limit how many rows at most
     */
    public static List<UsageRow> list(Sql sql, @Nullable String project, long from, long to, int limit)
            throws SQLException {
        String days = " WHERE day >= ? AND day <= ?";
        String order = " ORDER BY day, project, model, served_model LIMIT ?";
        return project == null
                ? sql.list(UsageRows::row, SELECT + days + order, from, to, limit)
                : sql.list(UsageRows::row, SELECT + days + " AND project = ?" + order, from, to, project, limit);
    }

    /** How many tokens a project used on a day. */
    public static long tokens(Sql sql, String project, long day) throws SQLException {
        return sql.first(
                row -> row.getLong(1),
                "SELECT SUM(prompt_tokens + completion_tokens) FROM usage_days WHERE project = ? AND day = ?",
                project,
                day).orElse(0L);
    }

    private static UsageRow row(ResultSet row) throws SQLException {
        return new UsageRow(row.getString(1), row.getLong(2), row.getString(3), row.getString(4),
                new Counts(row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9)));
    }

    /** In one order at all nodes: two that each hold a row which the other waits for would both wait for ever. */
    private record Key(String project, long day, String model, String servedModel) {
        static final Comparator<Key> ORDER = Comparator.comparing(Key::project).thenComparingLong(Key::day)
                .thenComparing(Key::model).thenComparing(Key::servedModel);
    }

    private static final class Rows implements Sql.Gathered {
        private final Map<Key, Counts> counts = new TreeMap<>(Key.ORDER);

        @Override
        public void write(Sql sql) throws SQLException {
            if (counts.isEmpty()) {
                return;
            }
            List<Object[]> rows = new ArrayList<>();
            counts.forEach((key, used) -> rows.add(new Object[] {
                key.project, key.day, key.model, key.servedModel, used.runs(), used.chatCompletions(), used.errors(),
                used.promptTokens(), used.completionTokens()}));
            counts.clear();
            sql.updateAll(ADD, rows);
        }

        @Override
        public void clear() {
            counts.clear();
        }
    }
}
