package dev.runnel.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A client that is measured in processes of its own.
 *
 * @param name      as the table has it; its folder's name
 * @param mainClass of the program in that folder
 * @param runs      whether it streams runs
 */
record ClientFork(String name, String mainClass, boolean runs) {
    private static final Path CLIENTS = Path.of("bench", "clients");
    private static final Path LOG = Path.of("bench", "target", "client-fork.log");
    private static final int PATIENCE_SECONDS = 60;

    static final List<ClientFork> ALL = List.of(
            new ClientFork("runnel", "RunnelStreams", true),
            new ClientFork("openai-java", "OpenAiJavaStreams", true),
            new ClientFork("langchain4j", "LangChain4jStreams", false),
            new ClientFork("simple-openai", "SimpleOpenAiStreams", true));

    /** The figures that the process measured, by name. */
    Map<String, Double> run(String... args) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classPath(), "dev.runnel.bench.clients." + mainClass));
        command.addAll(List.of(args));
        var process = new ProcessBuilder(command).redirectError(LOG.toFile()).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || said.isEmpty()) {
            process.destroyForcibly();
            throw new IOException(name + " " + List.of(args) + " failed; see " + LOG);
        }
        var figures = new HashMap<String, Double>();
        for (var figure : said.split(" ", -1)) {
            var parts = figure.split("=", 2);
            figures.put(parts[0], Double.valueOf(parts[1]));
        }
        return figures;
    }

    private String classPath() throws IOException {
        var entries = new ArrayList<>(List.of(classes(CLIENTS.resolve("harness")), classes(CLIENTS.resolve(name))));
        jars().forEach(jar -> entries.add(jar.toString()));
        return String.join(File.pathSeparator, entries);
    }

    private static String classes(Path module) {
        return module.resolve("target").resolve("classes").toString();
    }

    /** The jars that the client adds to a program's class path: how many, and how large they are together. */
    String size() throws IOException {
        long bytes = 0;
        for (var jar : jars()) {
            bytes += Files.size(jar);
        }
        return String.format(Locale.ROOT, "%d / %.1f", jars().size(), bytes / 1e6);
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(CLIENTS.resolve(name).resolve("target").resolve("lib"))) {
            return files.sorted().toList();
        }
    }
}
