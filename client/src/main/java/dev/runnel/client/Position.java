package dev.runnel.client;

import dev.runnel.client.exchange.Paths;
import java.io.Serializable;

/**
 * A place in a run's stream: the last event that was read. {@link RunsApi#resume(Position)} goes on exactly after it, in this
 * process or in another. Keep it as its {@linkplain #toString() text} or as a serialized object; later versions read both.
 *
 * @param threadId the run's thread
 * @param runId the run
 * @param lastEventId the sequence number of the last event that was read; 0 for none, or if the server does not number events
 */
public record Position(String threadId, String runId, long lastEventId) implements Serializable {

    /** @throws IllegalArgumentException if an id is empty, or the number negative */
    public Position {
        if (threadId.isEmpty() || runId.isEmpty()) {
            throw new IllegalArgumentException("a position needs a thread and a run");
        }
        if (lastEventId < 0) {
            throw new IllegalArgumentException("an event's number cannot be " + lastEventId);
        }
    }

    /**
     * Reads a position's text.
     *
     * @throws IllegalArgumentException if the text is no position
     */
    public static Position parse(String text) {
        String[] parts = text.strip().split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is not a position; one looks like thread_a/run_b/12");
        }
        try {
            return new Position(Paths.unescaped(parts[0]), Paths.unescaped(parts[1]), Long.parseLong(parts[2]));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a position: it does not end in a number", e);
        }
    }

    /** The thread's id, the run's and the number, with slashes between them, as in {@code thread_a/run_b/12}. */
    @Override
    public String toString() {
        return Paths.segment(threadId) + '/' + Paths.segment(runId) + '/' + lastEventId;
    }
}
