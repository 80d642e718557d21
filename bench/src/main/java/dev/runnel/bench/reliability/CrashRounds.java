package dev.runnel.bench.reliability;

import dev.runnel.bench.Distribution;
import dev.runnel.bench.Faults;
import dev.runnel.bench.Folders;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.reliability.servers.CrashTarget;
import dev.runnel.bench.reliability.servers.Several;
import dev.runnel.protocol.RunStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Kills a server again and again while runs are under way, and counts what readers lost by it. See the module's README for the
 * arguments. Ends with status 1 if anything was lost.
 */
public final class CrashRounds {
    private final CrashOptions options;
    private final PrintStream out;
    private final Faults<Fault> faults = new Faults<>(Fault.class);
    private final List<CrashRound.Result> results = new ArrayList<>();

    CrashRounds(CrashOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Faults<Fault> faults = new CrashRounds(CrashOptions.parse(args), System.out).run();
        System.exit(faults.total() == 0 ? 0 : 1);
    }

    /** Does all rounds, and says what came of them. */
    Faults<Fault> run() throws IOException, InterruptedException {
        Path given = options.folder();
        Path folder = given == null ? Files.createTempDirectory("runnel-crash-") : Files.createDirectories(given);
        out.printf(
                "%d rounds of %d runs (%d call functions) x %d tokens, one every %.1f ms; --on-crash %s --kills %d --seed %d%s; %s%n",
                options.rounds(), options.runs(), options.callers(), options.tokens(),
                options.interval().toNanos() / 1e6,
                options.onCrash(), options.kills(), options.seed(), several(), folder);
        Random random = new Random(options.seed());
        try (PacedModelServer model = PacedModelServer.start(0, options.tokens(), options.interval());
                CrashTarget target = target(folder, model, random);
                Clients clients = Clients.of(target.servers().getFirst(), target::transport)) {
            target.awaitReady();
            rounds(target, clients, random);
        }
        table();
        if (given == null && faults.total() == 0) {
            Folders.delete(folder);
        } else {
            out.println("the database and what the server said: " + folder);
        }
        return faults;
    }

    private String several() {
        Several several = options.several();
        return several == null ? "" : " " + several;
    }

    private CrashTarget target(Path folder, PacedModelServer model, Random random) throws IOException {
        return CrashTarget.start(
                options.several(), folder, model.baseUri(), List.of("--on-crash", options.onCrash()), random);
    }

    private void rounds(CrashTarget target, Clients clients, Random random) throws IOException, InterruptedException {
        String assistantId = clients.newAssistant();
        String callingAssistantId = clients.newCallingAssistant();
        long start = System.nanoTime();
        for (int round = 1; round <= options.rounds()
                && System.nanoTime() - start < options.limit().toNanos(); round++) {
            CrashRound.Result result = new CrashRound(options, target, clients, faults, random)
                    .run(assistantId, callingAssistantId);
            results.add(result);
            out.printf("round %3d: killed after %5d events, %3d readers cut off, listening after %5.0f ms,"
                    + " %d completed, %d failed, longest wait %.1f s, for %s, faults so far %d%n", round,
                    result.killedAfter(), result.cutOff(),
                    result.listening() / 1e6, result.ended(RunStatus.COMPLETED), result.ended(RunStatus.FAILED),
                    Arrays.stream(result.waits()).max().orElse(0) / 1e9, result.waitedFor(), faults.total());
        }
    }

    private void table() {
        out.println();
        row("rounds", results.size());
        row("runs", results.stream().mapToLong(each -> each.endings().size()).sum());
        row("  whose readers were cut off", results.stream().mapToLong(CrashRound.Result::cutOff).sum());
        for (Phase phase : List.of(Phase.CALLING, Phase.WAITING, Phase.ANSWERED)) {
            row("  that " + phase.description() + " at the first kill",
                    results.stream().mapToLong(each -> each.at(phase)).sum());
        }
        row("  that completed", ended(RunStatus.COMPLETED));
        row("  that failed", ended(RunStatus.FAILED));
        row("events", results.stream().mapToLong(CrashRound.Result::events).sum());
        for (Fault fault : Fault.values()) {
            row(fault.description(), faults.count(fault));
        }
        out.println();
        out.println(Distribution.heading());
        out.println(new Distribution(results.stream().map(each -> new long[] {each.listening()}).toList())
                .row("restart to listening"));
        out.println(new Distribution(results.stream().map(each -> each.firstEvent().stream().toArray()).toList())
                .row("restart to new event"));
        out.println(new Distribution(results.stream().map(CrashRound.Result::waits).toList())
                .row("longest wait of a run"));
        faults.cases().forEach(out::println);
    }

    private long ended(RunStatus status) {
        return results.stream().mapToLong(each -> each.ended(status)).sum();
    }

    private void row(String what, long count) {
        out.printf("%-55s %,12d%n", what, count);
    }
}
