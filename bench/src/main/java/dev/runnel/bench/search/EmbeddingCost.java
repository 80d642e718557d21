package dev.runnel.bench.search;

import com.sun.management.OperatingSystemMXBean;
import dev.runnel.bench.Arguments;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.search.chunk.Windows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Measures what it costs to embed chunks of 200 words by the built-in model. See the module's README. */
public final class EmbeddingCost {
    private static final int WORDS = 200;
    private static final int WARM_UP = 20;

    private final int chunks;
    private final int threads;
    private final Path root;
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private EmbeddingCost(Arguments arguments) {
        chunks = arguments.integer("chunks", 1_000);
        threads = arguments.integer("threads", 1);
        root = Path.of(arguments.text("root", "."));
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws Exception {
        new EmbeddingCost(new Arguments(args)).run();
    }

    private void run() throws IOException, InterruptedException, ExecutionException {
        List<String> texts = texts();
        long start = System.nanoTime();
        try (Embedder embedder = Embedder.builtIn().orElseThrow()) {
            embedder.embed("the first");
            System.out.printf(Locale.ROOT, "%s: the first vector after %.1f s%n%n", embedder.model(),
                    (System.nanoTime() - start) / 1e9);
            System.out.println("| | CPU s per 1,000 chunks | wall s | vectors | resident MB |");
            System.out.println("|---|---|---|---|---|");
            texts.stream().limit(WARM_UP).forEach(embedder::embed);
            measure(embedder, "whole chunks", texts.stream().map(List::of).toList());
            measure(embedder, "windows", texts.stream().map(Windows::of).toList());
        }
    }

    /** Chunks of so many words, one after the other, from the beginning again if there are not enough. */
    private List<String> texts() throws IOException {
        List<String> words = new ArrayList<>();
        for (String text : ProjectDocuments.read(root).values()) {
            words.addAll(Arrays.asList(text.strip().split("\\s+")));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            int from = (int) ((long) i * WORDS % (words.size() - WORDS));
            texts.add(String.join(" ", words.subList(from, from + WORDS)));
        }
        return texts;
    }

    private void measure(Embedder embedder, String name, List<List<String>> all)
            throws IOException, InterruptedException, ExecutionException {
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> embedding = new ArrayList<>();
            for (List<String> windows : all) {
                embedding.add(workers.submit(() -> windows.forEach(embedder::embed)));
            }
            for (Future<?> one : embedding) {
                one.get();
            }
        }
        double seconds = TimeUnit.NANOSECONDS.toMillis(system.getProcessCpuTime() - cpu) / 1e3;
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %,d | %d |%n", name, seconds * 1_000 / all.size(),
                (System.nanoTime() - start) / 1e9, all.stream().mapToInt(List::size).sum(), resident());
    }

    /** Linux only. */
    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_000)
                .findFirst().orElse(0);
    }
}
