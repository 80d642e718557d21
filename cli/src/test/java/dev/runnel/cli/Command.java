package dev.runnel.cli;

import dev.runnel.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One call of the command, with an environment that names no server and no key. */
final class Command implements AutoCloseable {
    /** For what comes at once; so long only as to end a test that hangs. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<String> HEARING_CTRL_C = hearingCtrlC();

    private final Process process;
    private final Path errors;

    private Command(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** The output of the command, and its end. */
    record Result(int code, String out, String err) {}

    /**
     * Starts it.
     *
     * @param folder where it works and where its standard error goes
     */
    static Command start(Path folder, Map<String, String> environment, String... arguments) {
        return start(folder, environment, ShippedJar.call(arguments));
    }

    /** Starts it on a terminal of its own, whose screen is the standard output; null where there is no program that makes one. */
    static @Nullable Command onTerminal(Path folder, Map<String, String> environment, String... arguments) {
        Path script = Path.of("/usr/bin/script");
        if (!Files.isExecutable(script) || !System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        String line = ShippedJar.call(arguments).stream().map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        return start(folder, environment, List.of(
                script.toString(), "-qefc", "stty cols 120 rows 40; exec " + line, "/dev/null"));
    }

    /** A shell starts what it runs in the background with Ctrl-C ignored, and every child inherits that: a build, its tests, the command. */
    private static List<String> hearingCtrlC() {
        List<String> words = List.of("env", "--default-signal=INT");
        try {
            Process trial = new ProcessBuilder(Stream.concat(words.stream(), Stream.of("true")).toList())
                    .redirectErrorStream(true).start();
            return trial.waitFor() == 0 ? words : List.of();
        } catch (IOException e) {
            return List.of(); // a system without such a program
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts a program in the place of the command.
     *
     * @param words its line
     */
    static Command start(Path folder, Map<String, String> environment, List<String> words) {
        try {
            Path errors = Files.createTempFile(folder, "err", ".txt");
            List<String> line = Stream.concat(HEARING_CTRL_C.stream(), words.stream()).toList();
            ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile())
                    .redirectError(errors.toFile());
            builder.environment().keySet().removeIf(
                    name -> name.startsWith("RUNNEL_") || name.startsWith("OPENAI_") || name.startsWith("JAVA_TOOL"));
            builder.environment().putAll(environment);
            return new Command(builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result run(Path folder, String... arguments) {
        try (Command command = start(folder, Map.of(), arguments)) {
            return command.end("");
        }
    }

    BufferedReader out() {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    String err() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until standard error says this. */
    String awaitError(String text) throws InterruptedException {
        Await.until(() -> text + "; said was: " + err(), () -> err().contains(text) || !process.isAlive());
        String said = err();
        if (!said.contains(text)) {
            throw new AssertionError("not said: " + text + "; but: " + said);
        }
        return said;
    }

    /** Types, or sends to standard input. */
    void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Reads standard output up to this text, and answers all of it. */
    String readTo(String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = out().read();
            if (next < 0) {
                throw new AssertionError("not said: " + text + "; but: " + read + err());
            }
            read.append((char) next);
        }
        return read.toString();
    }

    /** As Ctrl-C does it. */
    void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    long pid() {
        return process.pid();
    }

    /** Gives it its standard input, and waits for its end. */
    Result end(String input) {
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE)) {
                throw new AssertionError("still running; it has said: " + out + err());
            }
            return new Result(process.exitValue(), out, err());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
