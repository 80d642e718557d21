package dev.runnel.bench.relay;

import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One scenario: a model and all targets before it are started, and the targets loaded in turn, round by round. Says how it goes on standard
 * error. For one use by one thread.
 */
final class ScenarioRun implements AutoCloseable {
    private static final int GREETINGS = 50;
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final long IDLE_MILLIS_OF_CPU = 20;
    private static final int MOST_LOOKS = 100;

    private final Scenario scenario;
    private final @Nullable String database;
    private final Path folder;
    private final ServedProcess model;
    private final Map<Target, Relay> relays = new EnumMap<>(Target.class);
    private final Map<Target, Long> rssBefore = new EnumMap<>(Target.class);

    ScenarioRun(Scenario scenario, @Nullable String database) throws IOException {
        this.scenario = scenario;
        this.database = database;
        this.folder = Files.createTempDirectory("runnel-relay-");
        int port = ServedProcess.freePort();
        this.model = ServedProcess.start(ServedProcess.java(List.of(), PacedModelServer.class.getName(), List.of(
                "--port", Integer.toString(port),
                "--tokens", Integer.toString(scenario.load().tokens()),
                "--interval-ms", Double.toString(scenario.load().interval().toNanos() / 1e6))),
                port, folder.resolve("model.log"));
    }

    /** Runs so many rounds after those that warm all sides up. */
    ComparisonTable run(List<Target> targets, int warmUp, int rounds) throws IOException, InterruptedException {
        model.awaitListening();
        for (Target target : targets) {
            Path own = Files.createDirectory(folder.resolve(target.name()));
            relays.put(target, target.start(own, model.baseUri(), scenario.openFiles(), database));
        }
        greet();
        for (int round = 1 - warmUp; round <= 0; round++) {
            round(round);
        }
        List<Map<Target, RoundFigures>> measured = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            measured.add(round(round));
        }
        return new ComparisonTable(scenario, rssBefore, measured);
    }

    /** A few streams at once, after which a target has loaded its code and opened what it needs. */
    private void greet() throws IOException, InterruptedException {
        Load few = new Load(GREETINGS, scenario.load().tokens(), Duration.ZERO, Duration.ZERO,
                scenario.load().patience());
        for (var each : relays.entrySet()) {
            Relay relay = each.getValue();
            load(few, new Relay(relay.endpoint().hurried(), relay.process()));
            awaitIdle();
            rssBefore.put(each.getKey(), relay.processes().rssBytes());
        }
    }

    private Map<Target, RoundFigures> round(int number) throws IOException, InterruptedException {
        Map<Target, RoundFigures> figures = new EnumMap<>(Target.class);
        for (var each : relays.entrySet()) {
            RoundFigures seen = load(scenario.load(), each.getValue());
            System.err.printf("%s, round %d, %s: %s%n", scenario.name(), number, each.getKey().title(), seen);
            seen.failures().forEach((reason, count) -> System.err.printf("  %d x %s%n", count, reason));
            figures.put(each.getKey(), seen);
            awaitIdle();
        }
        return figures;
    }

    private RoundFigures load(Load load, Relay relay) throws IOException {
        try (var client = new LoadClient(load, relay.endpoint())) {
            var meter = new Meter(load, relay.processes(), ProcessTree.of(model.pid()));
            var report = new LoadReport(client.run(meter), load.interval());
            return RoundFigures.of(report, meter.readings());
        }
    }

    /** Waits until a target is idle: the work that it still does after its streams must not burden the next one. */
    private void awaitIdle() throws IOException, InterruptedException {
        long before = cpuMillis();
        for (int i = 0; i < MOST_LOOKS; i++) {
            Thread.sleep(LOOK);
            long now = cpuMillis();
            if (now - before <= IDLE_MILLIS_OF_CPU) {
                return;
            }
            before = now;
        }
    }

    private long cpuMillis() throws IOException {
        long sum = ProcessTree.of(model.pid()).cpuMillis();
        for (Relay relay : relays.values()) {
            sum += relay.processes().cpuMillis();
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        relays.values().forEach(Relay::close);
        model.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
