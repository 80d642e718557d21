package dev.runnel.bench.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Collectors;

/** The machine, and what else figures depend on. Linux only. */
final class Surroundings {
    private Surroundings() {}

    /** As a result's first lines. */
    static String markdown(int warmUp, int rounds, Map<Target, String> versions) throws IOException {
        String programs = versions.values().stream().filter(version -> !version.isEmpty()).distinct()
                .collect(Collectors.joining("; "));
        return """
                # Relays, %s

                Medians of %d interleaved rounds after %d to warm up; model, load and server share the machine: %d cores (%s), %d GB, \
                Linux %s, loopback, no TLS.
                %s%s. Model and load on Java %s.
                """
                .formatted(LocalDate.now(ZoneId.systemDefault()), rounds, warmUp,
                        Runtime.getRuntime().availableProcessors(),
                        value("/proc/cpuinfo", "model name"), number(value("/proc/meminfo", "MemTotal")) >> 20,
                        System.getProperty("os.version"), programs, javaOptions(), Runtime.version());
    }

    private static String javaOptions() {
        String options = System.getenv("RUNNEL_JAVA_OPTIONS");
        return options == null ? "" : " with `" + options + "`";
    }

    /** Of one process. A JVM, Node.js and nginx raise their own limit as far as that by themselves. */
    static long mostOpenFiles() throws IOException {
        String[] limits = value("/proc/self/limits", "Max open files").strip().split("\\s+", -1);
        return limits[1].equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limits[1]);
    }

    private static long number(String text) {
        return Long.parseLong(text.replaceAll("\\D", ""));
    }

    /** The value behind a name in one of the system's files. */
    private static String value(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(name.length()).replaceFirst("^[\\s:]+", ""))
                    .orElseThrow(() -> new IOException(file + " does not tell " + name));
        }
    }
}
