package dev.runnel.cli.doctor;

import dev.runnel.client.EventStream;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Checks whether a stream goes on after a break without a gap. For one thread. */
final class Resumption {
    /** Asks for a reply that is long enough to be left in its middle. */
    static final String PROMPT = "Count from 1 to 20 in digits, with spaces between them, and say nothing else.";

    /** How many events it reads before it cancels the reply. */
    private static final int EVENTS = 40;

    private final String check;
    private final long left;
    private final long start;

    /**
     * A check.
     *
     * @param check its name, in one word
     * @param left the number of the last event before the break
     * @param start when the check began, by {@link System#nanoTime}
     */
    Resumption(String check, long left, long start) {
        this.check = check;
        this.left = left;
        this.start = start;
    }

    /**
     * Reads a stream to its end. No event may be missing or repeated.
     *
     * @param number the number of the stream's last event; 0 if it has none
     * @param cancel ends the reply, if it has not ended
     * @param end what became of the reply, as in "the run is completed"
     */
    Finding read(EventStream<?> stream, LongSupplier number, Runnable cancel, Supplier<String> end) {
        long expected = left;
        for (int events = 0; stream.next() != null; events++) {
            expected++;
            long came = number.getAsLong();
            if (came != expected) {
                return Finding.wrong(check, "event " + expected + " was expected, but "
                        + (came == 0 ? "one without a number" : "event " + came) + " came",
                        "the server is not Runnel, or a proxy changes streams");
            }
            if (events == EVENTS) {
                cancel.run();
            }
        }
        return Finding.fine(check, "left after event " + left + ", read on to event " + expected + " without a gap; "
                + end.get() + Report.since(start));
    }
}
