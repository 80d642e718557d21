package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a run's log.
 *
 * <p>An entry's position is its place in the log. Its number is its place among the entries that the Assistants API
 * shows, and its SSE {@code id} there. The two differ as soon as the log holds an entry that this API does not show.
 *
 * @param position its place in the run's log, from 1, +1 each
 * @param number how many shown entries the log has up to and including this one; for a shown entry this is its number
 *     on the wire, from 1, +1 each
 * @param name the event's name on the wire, or a hidden entry's kind
 * @param data its data, UTF-8 on one line; not copied, so treat it as read-only
 */
@SuppressWarnings("ArrayRecordComponent") // written to sockets as it is, never compared
public record LogEntry(long position, long number, String name, byte[] data) {
    /** The prefix of hidden entries' names; no event name of the protocol begins with it. */
    private static final String HIDDEN_PREFIX = "runnel.";

    /**
     * Events as entries of a log that follow one another.
     *
     * @param position of the entry before the first of them, as {@code number}
     */
    static List<LogEntry> of(long position, long number, RunEvent... events) {
        List<LogEntry> entries = new ArrayList<>(events.length);
        Object encoded = null;
        for (RunEvent event : events) {
            Object snapshot = snapshot(event);
            // An object begins with two events that have the same snapshot.
            byte[] data = snapshot != null && snapshot.equals(encoded)
                    ? entries.getLast().data()
                    : RunEvents.encode(event);
            encoded = snapshot;
            long ahead = entries.size() + 1L;
            entries.add(new LogEntry(position + ahead, number + ahead, event.name(), data));
        }
        return entries;
    }

    private static @Nullable Object snapshot(RunEvent event) {
        return switch (event) {
            case RunEvent.RunChanged changed -> changed.run();
            case RunEvent.StepChanged changed -> changed.step();
            case RunEvent.MessageChanged changed -> changed.message();
            default -> null;
        };
    }

    /** A hidden event as an entry of a log; its number is that of the shown entry before it. */
    static LogEntry of(long position, long number, HiddenEvent event) {
        return new LogEntry(position, number, HIDDEN_PREFIX + event.kind(), event.encoded());
    }

    /** Whether the Assistants API shows entries with this name. */
    static boolean isShown(String name) {
        return !name.startsWith(HIDDEN_PREFIX);
    }

    /** Whether the Assistants API shows this entry. */
    public boolean shown() {
        return isShown(name);
    }

    /** The entry with another content of its event. */
    public LogEntry with(RunEvent event) {
        return new LogEntry(position, number, event.name(), RunEvents.encode(event));
    }

    /** How many bytes this entry takes in a segment: name, tab, data, line end. */
    int size() {
        return name.length() + data.length + 2;
    }

    /**
     * The entry as an event. A hidden entry becomes an event that the protocol does not know, which changes no fold.
     */
    public RunEvent event() {
        return RunEvents.decode(name, data);
    }

    /** Whether a stream ends at this entry if no entry follows it yet. */
    boolean atRest() {
        return terminal() || name.equals("thread.run.requires_action");
    }

    /** Whether this entry ends the run, so that no entry follows it. */
    boolean terminal() {
        return switch (name) {
            case "thread.run.completed", "thread.run.incomplete", "thread.run.failed", "thread.run.cancelled",
                    "thread.run.expired" -> true;
            default -> false;
        };
    }
}
