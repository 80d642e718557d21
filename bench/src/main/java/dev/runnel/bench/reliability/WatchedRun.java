package dev.runnel.bench.reliability;

import dev.runnel.client.Position;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A run, and what its two readers see of it: one that reads the bytes and asks for what comes after the last event it saw, and the Java
 * client, going on from its position. What they saw is to be asked for when they have ended.
 */
final class WatchedRun {
    private static final long PAUSE_MILLIS = 10;
    private static final Duration WHOLE = Duration.ofMinutes(10);

    private final Clients clients;
    private final Progress progress;
    private final Faults faults;
    private final CompletableFuture<RunRef> created = new CompletableFuture<>();
    private final SortedMap<Long, SeenEvent> seen = Collections.synchronizedSortedMap(new TreeMap<>());
    private volatile boolean cutOff;
    private volatile boolean seenToTheEnd;
    private volatile @Nullable RunFold clientsFold;

    WatchedRun(Clients clients, Progress progress, Faults faults) {
        this.clients = clients;
        this.progress = progress;
        this.faults = faults;
    }

    /** Creates a thread and a run on it. */
    void create(String assistantId) {
        try {
            String threadId = clients.patient().threads().create(ThreadRequest.of(MessageRequest.user("go"))).id();
            RunRequest request = RunRequest.builder(assistantId).build();
            created.complete(RunRef.of(clients.patient().runs().create(threadId, request)));
        } catch (RuntimeException e) {
            created.completeExceptionally(e);
            throw e;
        }
    }

    /** Reads the bytes, attaching again after each break, until the run has ended. */
    void readBytes() throws InterruptedException, ExecutionException {
        RunRef run = created.get();
        while (!seenToTheEnd) {
            int kills = progress.kills();
            try {
                clients.raw().read(run, last(), WHOLE, event -> take(event, kills));
                seenToTheEnd = true;
            } catch (IOException e) {
                cutOff = true;
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private long last() {
        return seen.isEmpty() ? 0 : seen.lastKey();
    }

    private void take(SeenEvent event, int kills) {
        long expected = last() + 1;
        SeenEvent before = seen.putIfAbsent(event.number(), event);
        if (before != null) {
            faults.add(Fault.DUPLICATE, before + " came again");
            if (!before.equals(event)) {
                faults.add(Fault.DIFFERENT, before + " came again as " + event);
            }
        } else if (event.number() != expected) {
            faults.add(Fault.GAP, "event " + event.number() + " came instead of " + expected);
        }
        progress.event(kills);
    }

    /** Reads by the client, going on from its position after each break, until the run has ended. */
    void readByClient() throws InterruptedException, ExecutionException {
        RunRef run = created.get();
        Position at = new Position(run.threadId(), run.id(), 0);
        while (clientsFold == null) {
            try (RunStream stream = clients.plain().runs().resume(at)) {
                while (stream.next() != null) {
                    at = next(at, stream.lastEventId());
                }
                clientsFold = stream.fold();
            } catch (RunnelException e) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private Position next(Position at, long number) {
        if (number <= at.lastEventId()) {
            faults.add(Fault.DUPLICATE, "the client, at " + at + ", got event " + number);
        } else if (number > at.lastEventId() + 1) {
            faults.add(Fault.GAP, "the client, at " + at + ", got event " + number);
        }
        return new Position(at.threadId(), at.runId(), number);
    }

    /** The run, or null if it could not be created. */
    @Nullable
    RunRef ref() {
        return created.isDone() && !created.isCompletedExceptionally() ? created.join() : null;
    }

    /** What the reader of the bytes saw, by number. */
    SortedMap<Long, SeenEvent> seen() {
        return seen;
    }

    /** Whether that reader came to the end. */
    boolean seenToTheEnd() {
        return seenToTheEnd;
    }

    /** Whether its connection broke at least once. */
    boolean cutOff() {
        return cutOff;
    }

    /** The run as the client has put it together; null if it did not come to the end. */
    @Nullable
    RunFold clientsFold() {
        return clientsFold;
    }
}
