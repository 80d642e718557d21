package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Faults;
import dev.runnel.bench.TimedCalls;
import dev.runnel.bench.reliability.servers.CrashTarget;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.VectorStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One round: files under way into stores, a kill, a restart, and what is in the stores then. For one use. */
final class IngestRound {
    private static final double LATEST_KILL = 0.95;
    private static final int STEPS_OF_A_FILE = 3; // requests are answered sooner than files are completed
    private static final int LATEST_MILLIS = 700; // of the kill, after the step that it waits for
    private static final int SECOND_KILL_MILLIS = 2_000;
    private static final int LATEST_DELETION_MILLIS = 4_000;
    private static final long LOOK_MILLIS = 20;

    private final IngestOptions options;
    private final CrashTarget target;
    private final Reference reference;
    private final Faults<IngestFault> faults;
    private final Random random;
    private final Insistence insist;

    IngestRound(IngestOptions options, CrashTarget target, Reference reference, Faults<IngestFault> faults,
            Random random) {
        this.options = options;
        this.target = target;
        this.reference = reference;
        this.faults = faults;
        this.random = random;
        this.insist = new Insistence(options.patience());
    }

    /**
     * The result of the round.
     *
     * @param answered  requests by the first kill
     * @param completed files of stores by then, of {@code ingests}
     * @param lost      answers that were lost, so that the request was sent again
     * @param listening nanoseconds from the last restart to when all servers took requests
     * @param ended     nanoseconds from the last restart to when all files had ended
     * @param chunks    that were compared
     * @param searches  that were made
     */
    record Result(int answered, long completed, int ingests, int lost, long listening, long ended, long chunks,
            long searches) {}

    /** Does it; all names begin with the prefix. */
    Result run(String prefix) throws IOException, InterruptedException {
        try (RunnelClient client = Clients.of(target.servers().getFirst(), target.transport());
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Adding adding = new Adding(client, insist, prefix, reference.files(),
                    Duration.ofMillis(random.nextInt(LATEST_DELETION_MILLIS)));
            Future<Boolean> added = thread.submit(() -> {
                adding.run();
                return true;
            });
            awaitMoment(client, adding, added);
            int answered = adding.answered();
            long completed = completed(client, adding);
            target.strike();
            long restarted = restartAndKillAgain();
            target.awaitReady();
            long listening = System.nanoTime() - restarted;
            long chunks = 0;
            long searches = 0;
            long ended = 0;
            if (await(added) && findThreadStore(client, adding)) {
                awaitEnd(client, adding);
                ended = System.nanoTime() - restarted;
                chunks = check(client, adding, prefix);
                searches = search(adding);
                clear(client, adding, prefix);
            }
            return new Result(
                    answered, completed, adding.ingests(), insist.lost(), listening, ended, chunks, searches);
        }
    }

    /** Waits for the moment of the first kill: so many requests were answered, and files completed. */
    private void awaitMoment(RunnelClient client, Adding adding, Future<Boolean> added) throws InterruptedException {
        int steps = adding.requests() + STEPS_OF_A_FILE * adding.visibleIngests();
        long wanted = 1L + random.nextInt((int) (steps * LATEST_KILL));
        long pause = random.nextInt(LATEST_MILLIS);
        while (adding.answered() + STEPS_OF_A_FILE * completed(client, adding) < wanted
                && !(added.isDone() && isIdle(client, adding))) {
            Thread.sleep(LOOK_MILLIS);
        }
        Thread.sleep(pause);
    }

    private long completed(RunnelClient client, Adding adding) {
        return stores(client, adding).stream().mapToLong(store -> store.fileCounts().completed()).sum();
    }

    private boolean isIdle(RunnelClient client, Adding adding) {
        return stores(client, adding).stream().allMatch(store -> store.fileCounts().inProgress() == 0);
    }

    /** The stores that can be looked at now. */
    private List<VectorStore> stores(RunnelClient client, Adding adding) {
        return adding.stores().stream().flatMap(id -> {
            try {
                return Stream.of(client.vectorStores().get(id));
            } catch (RunnelException e) {
                return Stream.empty(); // deleted, or nobody answers
            }
        }).toList();
    }

    private long restartAndKillAgain() throws IOException, InterruptedException {
        long restarted = System.nanoTime();
        target.recover();
        for (int i = 1; i < options.kills(); i++) {
            Thread.sleep(random.nextInt(SECOND_KILL_MILLIS));
            target.strike();
            restarted = System.nanoTime();
            target.recover();
        }
        return restarted;
    }

    private boolean await(Future<Boolean> added) throws InterruptedException {
        try {
            return added.get(options.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            added.cancel(true);
            faults.add(IngestFault.LOST, "requests were not answered within " + options.patience());
        } catch (ExecutionException e) {
            faults.add(IngestFault.LOST, String.valueOf(e.getCause()));
        }
        return false;
    }

    private boolean findThreadStore(RunnelClient client, Adding adding) throws InterruptedException {
        String thread = Objects.requireNonNull(adding.thread());
        List<JsonValue> stores = insist.on(() -> client.threads().get(thread)).toolResources()
                .get("file_search").get("vector_store_ids").elements();
        if (stores.isEmpty()) {
            faults.add(IngestFault.LOST, "the thread has no store");
            return false;
        }
        adding.found(stores.getFirst().text());
        return true;
    }

    private void awaitEnd(RunnelClient client, Adding adding) throws InterruptedException {
        long begun = System.nanoTime();
        while (!isIdle(client, adding) && System.nanoTime() - begun < options.patience().toNanos()) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private long check(RunnelClient client, Adding adding, String prefix) throws IOException, InterruptedException {
        try (TimedCalls calls = new TimedCalls(target.servers().getFirst())) {
            return new IngestCheck(client, calls, insist, adding, reference, faults).check(prefix);
        }
    }

    private long search(Adding adding) throws InterruptedException {
        long searches = 0;
        for (URI server : target.servers()) {
            try (RunnelClient client = Clients.of(server)) {
                searches += new SearchCheck(client, insist, adding, reference, faults).check();
            }
        }
        return searches;
    }

    /** Removes what the round has made, so that each round finds the same. */
    private void clear(RunnelClient client, Adding adding, String prefix) throws InterruptedException {
        insist.on(() -> client.threads().delete(Objects.requireNonNull(adding.thread())));
        insist.on(() -> client.vectorStores().delete(adding.store(Place.ATTACHED)));
        for (VectorStore store : insist.on(() -> client.vectorStores().list().stream().toList())) {
            if (store.name().startsWith(prefix)) {
                insist.on(() -> client.vectorStores().delete(store.id()));
            }
        }
        for (FileObject file : insist.on(() -> client.files().list().stream().toList())) {
            if (file.filename().startsWith(prefix)) {
                insist.on(() -> client.files().delete(file.id()));
            }
        }
    }
}
