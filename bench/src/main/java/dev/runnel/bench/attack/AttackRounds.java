package dev.runnel.bench.attack;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Attacks a server for long, in random order and several ways at once, while others stream runs from it, and looks whether it stays up,
 * its memory and its log stay bounded, and no stream is disturbed. See the module's README. Ends with status 1 if not.
 */
public final class AttackRounds {
    private static final String KEY = "sk-attack-rounds";
    private static final long MAX_LOG_BYTES = 10 << 20;

    private final Duration whole;
    private final int streams;
    private final int attackers;
    private final long seed;
    private final String heap;
    private final String only;

    private AttackRounds(Arguments arguments) {
        whole = Duration.ofMinutes(arguments.integer("minutes", 60));
        streams = arguments.integer("streams", 50);
        attackers = arguments.integer("attackers", 2);
        seed = arguments.integer("seed", (int) System.nanoTime());
        heap = arguments.text("heap", "352m");
        only = arguments.text("only", "");
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(new AttackRounds(new Arguments(args)).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-attack-");
        System.out.printf("%d minutes, %d streams, %d attackers, heap %s, seed %d; %s%n",
                whole.toMinutes(), streams, attackers, heap, seed, folder);
        try (HostileModel model = HostileModel.start();
                ServedProcess server = ServedProcess.runnel(
                        folder, model.baseUri(), java(),
                        List.of("--api-key", KEY))) {
            server.awaitListening();
            long pid = server.pid();
            Attacks attacks = new Attacks(new RawClient(server.port(), KEY), assistant(server));
            AtomicLong done = new AtomicLong();
            long end = System.nanoTime() + whole.toNanos();
            try (Bystanders bystanders = Bystanders.start(server.baseUri(), KEY, streams)) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < attackers; i++) {
                    Random random = new Random(seed + i);
                    threads.add(Thread.ofVirtual().start(() -> attackUntil(end, attacks, random, done)));
                }
                System.out.println("  minute  attacks  streams  disturbed  RSS MiB  log KiB");
                while (System.nanoTime() < end && ProcessHandle.of(pid).isPresent()) {
                    Thread.sleep(Math.min(60_000, Math.max(1, (end - System.nanoTime()) / 1_000_000)));
                    print(end, done, bystanders, pid, folder);
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                bystanders.faults().forEach(System.out::println);
                return judge(pid, folder, bystanders);
            }
        }
    }

    private List<String> java() {
        return heap.equals("default")
                ? List.of("-XX:+ExitOnOutOfMemoryError")
                : List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError");
    }

    private static String assistant(ServedProcess server) {
        try (RunnelClient client = RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey(KEY).build()) {
            return client.assistants().create(AssistantRequest.builder("m").build()).id();
        }
    }

    private void attackUntil(long end, Attacks attacks, Random random, AtomicLong done) {
        List<Map.Entry<String, Attacks.Attack>> all = attacks.all().entrySet().stream()
                .filter(attack -> attack.getKey().contains(only)).toList();
        while (System.nanoTime() < end) {
            Map.Entry<String, Attacks.Attack> next = all.get(random.nextInt(all.size()));
            try {
                next.getValue().run();
            } catch (IOException | ExecutionException e) {
                // The server closed the connection, as it may.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            done.incrementAndGet();
        }
    }

    private void print(long end, AtomicLong done, Bystanders bystanders, long pid, Path folder) throws IOException {
        double minute = (whole.toNanos() - (end - System.nanoTime())) / 60e9;
        long rss = ProcessHandle.of(pid).isPresent() ? ProcessTree.of(pid).rssBytes() >> 20 : 0;
        System.out.printf("%8.1f %8d %8d %10d %8d %8d%n", minute, done.get(), bystanders.streams(),
                bystanders.disturbed(), rss, Files.size(folder.resolve("server.log")) >> 10);
    }

    private static boolean judge(long pid, Path folder, Bystanders bystanders) throws IOException {
        boolean up = ProcessHandle.of(pid).isPresent();
        boolean quiet = Files.size(folder.resolve("server.log")) < MAX_LOG_BYTES;
        boolean right = up && quiet && bystanders.disturbed() == 0 && bystanders.streams() > 0;
        System.out.println(right ? "the server is up, its log is short, and no stream was disturbed"
                : (up ? "" : "the server is down; ") + (quiet ? "" : "its log is too long; ")
                        + bystanders.disturbed() + " streams were disturbed");
        return right;
    }
}
