package dev.runnel.bench.reliability;

import dev.runnel.bench.Faults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a run as a response: the other encoding of its log. After each break it asks for what comes after the last event it saw. What it
 * saw must be what a later reading from the beginning gives. One thread reads; when it is done, another checks.
 */
final class ResponseReader {
    private static final long PAUSE_MILLIS = 10;
    private static final Duration WHOLE = Duration.ofMinutes(10);

    private final Clients clients;
    private final Faults<Fault> faults;
    private final List<SeenEvent> seen = new ArrayList<>();

    ResponseReader(Clients clients, Faults<Fault> faults) {
        this.clients = clients;
        this.faults = faults;
    }

    /** Reads to the end. */
    void read(RunRef run) throws InterruptedException {
        boolean ended = false;
        while (!ended) {
            try {
                clients.raw().readResponse(run, last(), WHOLE, this::take);
                ended = true;
            } catch (IOException e) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private synchronized long last() {
        return seen.size() - 1L;
    }

    private synchronized void take(SeenEvent event) {
        if (event.number() < seen.size()) {
            faults.add(Fault.DUPLICATE, event + " of a response came again");
        } else if (event.number() > seen.size()) {
            faults.add(Fault.GAP, "event " + event.number() + " of a response came instead of " + seen.size());
        } else {
            seen.add(event);
        }
    }

    /** Reads the response again, from its beginning, and compares. */
    synchronized void check(RunRef run) {
        List<SeenEvent> again = new ArrayList<>();
        try {
            clients.raw().readResponse(run, -1, WHOLE, again::add);
        } catch (IOException e) {
            faults.add(Fault.LOST, run + " cannot be read as a response: " + e);
            return;
        }
        for (int i = 0; i < seen.size(); i++) {
            if (i >= again.size()) {
                faults.add(Fault.MISSING, "of " + run + " as a response: " + seen.get(i));
            } else if (!seen.get(i).equals(again.get(i))) {
                faults.add(Fault.DIFFERENT,
                        "of " + run + " as a response: " + seen.get(i) + " is now " + again.get(i));
            }
        }
        if (again.size() > seen.size()) {
            faults.add(Fault.GAP, "the reader of " + run + " as a response got " + seen.size() + " events of "
                    + again.size());
        }
        String last = again.isEmpty() ? "" : again.getLast().name();
        if (!List.of("response.completed", "response.failed", "response.incomplete").contains(last)) {
            faults.add(Fault.ENDLESS, run + " as a response ends with '" + last + "'");
        }
    }
}
