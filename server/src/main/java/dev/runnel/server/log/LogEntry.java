package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;

/**
 * One event of a run.
 *
 * @param seq its number in the run's log, from 1
 * @param name the event's name on the wire
 * @param data its data, UTF-8 on one line; not copied, so treat it as read-only
 */
@SuppressWarnings("ArrayRecordComponent") // written to sockets as it is, never compared
public record LogEntry(long seq, String name, byte[] data) {

    /** An event as an entry of a log. */
    public static LogEntry of(long seq, RunEvent event) {
        return new LogEntry(seq, event.name(), RunEvents.encode(event));
    }

    /** How many bytes a segment takes for it: name, tab, data, line end. */
    int size() {
        return name.length() + data.length + 2;
    }

    /** The event. */
    public RunEvent event() {
        return RunEvents.decode(name, data);
    }

    /** Whether a stream that has come to this entry, and sees none after it, ends here. */
    boolean atRest() {
        return terminal() || name.equals("thread.run.requires_action");
    }

    /** Whether no entry comes after it. */
    boolean terminal() {
        return switch (name) {
            case "thread.run.completed", "thread.run.incomplete", "thread.run.failed", "thread.run.cancelled",
                    "thread.run.expired" -> true;
            default -> false;
        };
    }
}
