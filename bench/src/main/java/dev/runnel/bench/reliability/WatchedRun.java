package dev.runnel.bench.reliability;

import dev.runnel.bench.Faults;
import dev.runnel.client.Position;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A run, and what its readers see of it: one that reads the bytes and asks for what comes after the last event it saw, one that reads
 * the run as a response, and the Java client, going on from its position. Where the run requires action it is given outputs; the reader
 * of the bytes follows it there, or, as the client does, rests and attaches again. What they saw is to be asked for when they have ended.
 */
final class WatchedRun {
    private static final long PAUSE_MILLIS = 10;
    private static final Duration WHOLE = Duration.ofMinutes(10);

    private final Clients clients;
    private final Progress progress;
    private final Faults<Fault> faults;
    private final boolean follow;
    private final CallAnswers answers;
    private final ResponseReader response;
    private final CompletableFuture<RunRef> created = new CompletableFuture<>();
    private final SortedMap<Long, SeenEvent> seen = Collections.synchronizedSortedMap(new TreeMap<>());
    private volatile boolean cutOff;

    // For the reader of the bytes.
    private @Nullable Long latest;

    private volatile long longestWait;
    private volatile String longestWaitedFor = "";
    private volatile boolean seenToTheEnd;
    private volatile @Nullable RunFold clientsFold;

    /**
     * A run that is to be created.
     *
     * @param follow whether the reader of the bytes asks for what follows where the run requires action
     * @param answer how long the run then has to wait for its outputs
     */
    WatchedRun(Clients clients, Progress progress, Faults<Fault> faults, boolean follow, Duration answer) {
        this.clients = clients;
        this.progress = progress;
        this.faults = faults;
        this.follow = follow;
        this.answers = new CallAnswers(clients, answer);
        this.response = new ResponseReader(clients, faults);
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
        try {
            RunRef run = created.get();
            while (!seenToTheEnd) {
                int kills = progress.kills();
                try {
                    clients.raw().read(run, last(), follow, WHOLE, event -> take(event, kills));
                    seenToTheEnd = follow || !rests();
                } catch (IOException e) {
                    cutOff = true;
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } finally {
            answers.end();
        }
    }

    /** Whether the run requires action; returns when it has what it waited for. */
    private boolean rests() throws InterruptedException {
        SeenEvent last = seen.get(last());
        if (last == null || !last.requiresAction()) {
            return false;
        }
        answers.await(last.number());
        return true;
    }

    /** Gives the run the outputs that it waits for, each time, until it has ended. */
    void answerCalls() throws InterruptedException, ExecutionException {
        answers.answer(created.get());
    }

    private long last() {
        return seen.isEmpty() ? 0 : seen.lastKey();
    }

    private void take(SeenEvent event, int kills) {
        long now = System.nanoTime();
        long waited = now - Objects.requireNonNullElse(latest, now);
        if (waited > longestWait) {
            longestWait = waited;
            longestWaitedFor = event.name();
        }
        latest = now;
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
        if (event.requiresAction()) {
            answers.called(event);
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
                if (stream.fold().run().map(Run::status).equals(Optional.of(RunStatus.REQUIRES_ACTION))) {
                    answers.await(at.lastEventId());
                } else {
                    clientsFold = stream.fold();
                }
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

    /** Reads the run as a response until it has ended. */
    void readAsResponse() throws InterruptedException, ExecutionException {
        response.read(created.get());
    }

    /** Sees the run as a response. */
    ResponseReader response() {
        return response;
    }

    /** The run, or null if it could not be created. */
    @Nullable
    RunRef ref() {
        return created.isDone() && !created.isCompletedExceptionally() ? created.join() : null;
    }

    /** The events that the reader of the bytes saw, by number. */
    SortedMap<Long, SeenEvent> seen() {
        return seen;
    }

    /** Whether that reader came to the end. */
    boolean seenToTheEnd() {
        return seenToTheEnd;
    }

    /** The phase of the run, as far as that reader has seen. */
    Phase phase() {
        SeenEvent last = seen.get(last());
        if (last == null || seenToTheEnd) {
            return Phase.OTHER;
        } else if (last.requiresAction() && !answers.has(last.number())) {
            return Phase.WAITING;
        } else if (last.growsCall()) {
            return Phase.CALLING;
        }
        return answers.any() ? Phase.ANSWERED : Phase.OTHER;
    }

    /** The longest time from one event to the next, in nanoseconds. */
    long longestWait() {
        return longestWait;
    }

    /** The event that came after {@link #longestWait()}. */
    String longestWaitedFor() {
        return longestWaitedFor;
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
