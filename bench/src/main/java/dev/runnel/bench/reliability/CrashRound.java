package dev.runnel.bench.reliability;

import dev.runnel.bench.ServedProcess;
import dev.runnel.protocol.RunStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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

    private final CrashOptions options;
    private final ServedProcess server;
    private final Clients clients;
    private final Faults faults;
    private final Random random;
    private final Progress progress = new Progress();
    private long restartNanos;
    private long listeningNanos;

    CrashRound(CrashOptions options, ServedProcess server, Clients clients, Faults faults, Random random) {
        this.options = options;
        this.server = server;
        this.clients = clients;
        this.faults = faults;
        this.random = random;
    }

    /**
     * What came of it.
     *
     * @param killedAfter how many events all readers had seen by the first kill
     * @param cutOff      runs whose reader's connection broke
     * @param events      that the readers saw
     * @param endings     how each run ended
     * @param listening   nanoseconds from the last restart to when it took connections
     * @param firstEvent  and to the first event that a reader got; empty if nothing was left to come
     */
    record Result(long killedAfter, long cutOff, long events, List<RunStatus> endings, long listening,
            OptionalLong firstEvent) {
        long ended(RunStatus status) {
            return endings.stream().filter(status::equals).count();
        }
    }

    Result run(String assistantId) throws IOException, InterruptedException {
        List<WatchedRun> runs = new ArrayList<>();
        for (int i = 0; i < options.runs(); i++) {
            runs.add(new WatchedRun(clients, progress, faults));
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (WatchedRun run : runs) {
                readers.add(threads.submit(() -> run.create(assistantId)));
                readers.add(threads.submit(task(run::readBytes)));
                readers.add(threads.submit(task(run::readByClient)));
            }
            long killedAfter = kill(readers);
            await(readers, options.patience());
            long cutOff = runs.stream().filter(WatchedRun::cutOff).count();
            return new Result(killedAfter, cutOff, progress.events(), check(threads, runs, assistantId),
                    listeningNanos - restartNanos, progress.nanosToFirstEvent(restartNanos));
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

    /** Kills and restarts the server; answers how many events had been seen. */
    private long kill(List<Future<?>> readers) throws IOException, InterruptedException {
        long target = 1L + random.nextInt((int) (options.expectedEvents() * LATEST_KILL));
        while (progress.events() < target && !readers.stream().allMatch(Future::isDone)) {
            Thread.sleep(1);
        }
        long seen = progress.events();
        killAndRestart();
        for (int i = 1; i < options.kills(); i++) {
            Thread.sleep(random.nextInt(SECOND_KILL_MILLIS));
            killAndRestart();
        }
        server.awaitListening();
        listeningNanos = System.nanoTime();
        return seen;
    }

    private void killAndRestart() throws IOException, InterruptedException {
        server.kill();
        progress.killed();
        restartNanos = System.nanoTime();
        server.restart();
    }

    private List<RunStatus> check(ExecutorService threads, List<WatchedRun> runs, String assistantId)
            throws InterruptedException {
        RunCheck check = new RunCheck(clients, faults, options.text());
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
