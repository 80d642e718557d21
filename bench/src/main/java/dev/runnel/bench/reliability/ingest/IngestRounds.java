package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Distribution;
import dev.runnel.bench.EmbeddingServer;
import dev.runnel.bench.Faults;
import dev.runnel.bench.Folders;
import dev.runnel.bench.TimedCalls;
import dev.runnel.bench.reliability.servers.CrashTarget;
import dev.runnel.client.RunnelClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * Kills a server again and again while files are made searchable, and counts what is lost, doubled or left behind by it. See the module's
 * README for the arguments. Ends with status 1 if anything was.
 */
public final class IngestRounds {
    /** Says at each look into the database that there is nothing to do. */
    private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");

    private final IngestOptions options;
    private final PrintStream out;
    private final Faults<IngestFault> faults = new Faults<>(IngestFault.class);
    private final List<IngestRound.Result> results = new ArrayList<>();

    IngestRounds(IngestOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        MIGRATIONS.setLevel(Level.WARNING);
        Faults<IngestFault> faults = new IngestRounds(IngestOptions.parse(args), System.out).run();
        System.exit(faults.total() == 0 ? 0 : 1);
    }

    /** Does all rounds, and says what came of them. */
    Faults<IngestFault> run() throws IOException, InterruptedException {
        Path given = options.folder();
        Path folder = given == null ? Files.createTempDirectory("runnel-ingest-") : Files.createDirectories(given);
        out.printf("%d rounds of %d files; --kills %d --seed %d%s; %s%n", options.rounds(), options.files(),
                options.kills(), options.seed(), options.several() == null ? "" : " " + options.several(), folder);
        Random random = new Random(options.seed());
        try (EmbeddingServer model = EmbeddingServer.start(WordVectors::of);
                CrashTarget target = CrashTarget.start(
                        options.several(), folder, model.baseUri(), options.serve(), random)) {
            target.awaitReady();
            rounds(target, folder, random);
        }
        table();
        if (given == null && faults.total() == 0) {
            Folders.delete(folder);
        } else {
            out.println("the database and what the server said: " + folder);
        }
        return faults;
    }

    private void rounds(CrashTarget target, Path folder, Random random) throws IOException, InterruptedException {
        Reference reference = reference(target);
        LeftBehind left = new LeftBehind(
                target.database(), folder, target.servers().size(), faults, options.patience());
        long start = System.nanoTime();
        for (int round = 1; round <= options.rounds()
                && System.nanoTime() - start < options.limit().toNanos(); round++) {
            IngestRound.Result result = new IngestRound(options, target, reference, faults, random)
                    .run("round-" + round + "-" + Long.toString(start, Character.MAX_RADIX) + "-");
            left.check();
            results.add(result);
            out.printf("round %3d: killed after %3d requests and %3d of %d files, %d answers lost, ready after %.1f s,"
                    + " all ended after %.1f s, faults so far %d%n", round, result.answered(), result.completed(),
                    result.ingests(), result.lost(), result.listening() / 1e9, result.ended() / 1e9,
                    faults.total());
        }
        left.checkGarbage();
    }

    private Reference reference(CrashTarget target) throws IOException {
        List<MarkedFile> files = IntStream.range(0, options.files())
                .mapToObj(number -> MarkedFile.of(options.seed(), number)).toList();
        try (RunnelClient client = Clients.of(target.servers().getFirst());
                TimedCalls calls = new TimedCalls(target.servers().getFirst())) {
            return Reference.take(files, client, calls);
        }
    }

    private void table() {
        out.println();
        row("rounds", results.size());
        row("files uploaded, without those that were deleted", (long) results.size() * (options.files() - 1));
        row("files added to stores", sum(IngestRound.Result::ingests));
        row("  that were completed at the first kill", sum(IngestRound.Result::completed));
        row("answers that were lost, so that the request was sent again", sum(IngestRound.Result::lost));
        row("chunks compared", sum(IngestRound.Result::chunks));
        row("searches", sum(IngestRound.Result::searches));
        for (IngestFault fault : IngestFault.values()) {
            row(fault.description(), faults.count(fault));
        }
        out.println();
        out.println(Distribution.heading());
        out.println(distribution("restart to ready", IngestRound.Result::listening));
        out.println(distribution("restart to all ended", IngestRound.Result::ended));
        faults.cases().forEach(out::println);
    }

    private long sum(ToLongFunction<IngestRound.Result> what) {
        return results.stream().mapToLong(what).sum();
    }

    private String distribution(String name, ToLongFunction<IngestRound.Result> what) {
        return new Distribution(List.of(results.stream().mapToLong(what).toArray())).row(name);
    }

    private void row(String what, long count) {
        out.printf("%-65s %,12d%n", what, count);
    }
}
