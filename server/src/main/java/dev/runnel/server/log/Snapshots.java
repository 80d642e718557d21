package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects whose snapshots the events of one transaction carry. Each is written once, as the last of these events has it: a step and a message begin
 * with two events. For one transaction, by the writer's thread.
 */
final class Snapshots {
    private final Map<String, Last> last = new HashMap<>();

    private record Last(RunEvent event, LogEntry entry) {}

    /** Takes an event in, before any is written. */
    void add(RunEvent event, LogEntry entry) {
        String id = objectId(event);
        if (id != null) {
            last.put(id, new Last(event, entry));
        }
    }

    /** Writes the object of an event, unless an earlier event of it came here. The first one gives it its place among the rows. */
    void write(Sql sql, RunEvent event) throws SQLException {
        String id = objectId(event);
        Last found = id == null ? null : last.remove(id);
        if (found == null) {
            return;
        }
        switch (found.event) {
            case RunEvent.RunChanged changed -> Store.update(sql, changed.run());
            case RunEvent.StepChanged changed -> Store.put(sql, changed.step(), json(found.entry));
            case RunEvent.MessageChanged changed -> Store.put(sql, changed.message(), json(found.entry));
            default -> throw new IllegalStateException("an event without a snapshot: " + found.event.name());
        }
    }

    /** The object whose snapshot an event carries. A new thread is kept by the transaction that created it. */
    private static @Nullable String objectId(RunEvent event) {
        return switch (event) {
            case RunEvent.RunChanged changed -> changed.run().id();
            case RunEvent.StepChanged changed -> changed.step().id();
            case RunEvent.MessageChanged changed -> changed.message().id();
            case RunEvent.ThreadCreated _,RunEvent.MessageDelta _,RunEvent.StepDelta _,RunEvent.Failed _,RunEvent.Done _,RunEvent.Unknown _ ->
                    null;
        };
    }

    /** A step or a message is kept as it is shown. */
    private static String json(LogEntry entry) {
        return new String(entry.data(), StandardCharsets.UTF_8);
    }
}
