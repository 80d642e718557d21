package dev.runnel.bench.reliability;

import dev.runnel.bench.Faults;
import dev.runnel.bench.reliability.servers.CrashTarget;
import dev.runnel.protocol.RunStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One round: runs under way, a kill, a restart, and what is left then. For one use. */
final class CrashRound {
    private static final double LATEST_KILL = 0.95;
    private static final int SECOND_KILL_MILLIS = 2_000;
    private static final int LATEST_ANSWER_MILLIS = 400;

    private final CrashOptions options;
    private final CrashTarget target;
    private final Clients clients;
    private final Faults<Fault> faults;
    private final Random random;
    private final Progress progress = new Progress();
    private long restartNanos;
    private long listeningNanos;

    CrashRound(CrashOptions options, CrashTarget target, Clients clients, Faults<Fault> faults, Random random) {
        this.options = options;
        this.target = target;
        this.clients = clients;
        this.faults = faults;
        this.random = random;
    }

    /**
     * The result of the round.
     *
     * @param killedAfter how many events all readers had seen by the first kill
     * @param phases      of the runs at that moment
     * @param cutOff      runs whose reader's connection broke
     * @param events      that the readers saw
     * @param endings     how each run ended
     * @param listening   nanoseconds from the last restart to when it took connections
     * @param waits       each run's longest time without an event
     * @param waitedFor   the event that came after the longest of these
     * @param firstEvent  and to the first event that a reader got; empty if nothing was left to come
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(long killedAfter, List<Phase> phases, long cutOff, long events, List<RunStatus> endings,
            long listening, long[] waits, String waitedFor,
            OptionalLong firstEvent) {
        long ended(RunStatus status) {
            return endings.stream().filter(status::equals).count();
        }

        long at(Phase phase) {
            return phases.stream().filter(phase::equals).count();
        }
    }

    /**
     * Does it.
     *
     * @param assistantId        of the runs that write a message
     * @param callingAssistantId of those that call functions before
     */
    Result run(String assistantId, String callingAssistantId) throws IOException, InterruptedException {
        List<WatchedRun> runs = new ArrayList<>();
        for (int i = 0; i < options.runs(); i++) {
            Duration answer = Duration.ofMillis(random.nextInt(LATEST_ANSWER_MILLIS));
            runs.add(new WatchedRun(clients, progress, faults, i % 2 == 0, answer));
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < options.runs(); i++) {
                WatchedRun run = runs.get(i);
                String assistant = i < options.callers() ? callingAssistantId : assistantId;
                readers.add(threads.submit(() -> run.create(assistant)));
                readers.add(threads.submit(task(run::readBytes)));
                readers.add(threads.submit(task(run::readByClient)));
                readers.add(threads.submit(task(run::readAsResponse)));
                readers.add(threads.submit(task(run::answerCalls)));
            }
            long killedAfter = awaitMoment(readers);
            target.strike();
            List<Phase> phases = runs.stream().map(WatchedRun::phase).toList();
            restartAndKillAgain();
            await(readers, options.patience());
            long cutOff = runs.stream().filter(WatchedRun::cutOff).count();
            return new Result(killedAfter, phases, cutOff, progress.events(), check(threads, runs, assistantId),
                    listeningNanos - restartNanos, runs.stream().mapToLong(WatchedRun::longestWait).toArray(),
                    runs.stream().max(Comparator.comparingLong(WatchedRun::longestWait)).orElseThrow()
                            .longestWaitedFor(),
                    progress.nanosToFirstEvent(restartNanos));
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Callable<Boolean> task(Task task) {
        return () -> {
            task.run();
            return true;
        };
    }

    /** Waits for the moment to kill the server; answers how many events had been seen. */
    private long awaitMoment(List<Future<?>> readers) throws InterruptedException {
        long target = 1L + random.nextInt((int) (options.expectedEvents() * LATEST_KILL));
        while (progress.events() < target && !readers.stream().allMatch(Future::isDone)) {
            Thread.sleep(1);
        }
        return progress.events();
    }

    private void restartAndKillAgain() throws IOException, InterruptedException {
        restart();
        for (int i = 1; i < options.kills(); i++) {
            Thread.sleep(random.nextInt(SECOND_KILL_MILLIS));
            target.strike();
            restart();
        }
        target.awaitReady();
        listeningNanos = System.nanoTime();
    }

    private void restart() throws IOException, InterruptedException {
        progress.killed();
        restartNanos = System.nanoTime();
        target.recover();
    }

    private List<RunStatus> check(ExecutorService threads, List<WatchedRun> runs, String assistantId)
            throws InterruptedException {
        RunCheck check = new RunCheck(clients, faults, options.text(), options.arguments());
        List<Future<RunStatus>> checks = new ArrayList<>();
        for (WatchedRun run : runs) {
            checks.add(threads.submit(() -> check.check(run, assistantId)));
        }
        await(checks, options.patience());
        return checks.stream()
                .map(each -> each.state() == Future.State.SUCCESS ? each.resultNow() : RunStatus.UNKNOWN).toList();
    }

    private void await(List<? extends Future<?>> tasks, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Future<?> task : tasks) {
            try {
                task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                task.cancel(true);
                faults.add(Fault.ENDLESS, "something took longer than " + patience);
            } catch (ExecutionException | CancellationException e) {
                faults.add(Fault.LOST, String.valueOf(e.getCause()));
            }
        }
    }
}
