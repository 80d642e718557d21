package dev.runnel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A terminal of any size with the command in it, whose screen can be read: tmux's. */
final class Tmux implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/tmux");
    private static final String SESSION = "screen";

    private final Path socket;

    private Tmux(Path socket) {
        this.socket = socket;
    }

    /** Starts a call of the command; null where there is no tmux. */
    static @Nullable Tmux start(Path folder, int columns, Map<String, String> environment, String... arguments) {
        if (!Files.isExecutable(PROGRAM)) {
            return null;
        }
        List<String> call = new ArrayList<>(ShippedJar.call(arguments));
        call.add(1, "-Drunnel.terminals=012");
        String line = call.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        String variables = environment.entrySet().stream().map(each -> each.getKey() + "='" + each.getValue() + "'")
                .collect(Collectors.joining(" "));
        try {
            Tmux tmux = new Tmux(Files.createTempDirectory("tmux").resolve("s"));
            tmux.run("-u", "-f", "/dev/null", "new-session", "-d", "-s", SESSION, "-x", Integer.toString(columns), "-y",
                    "50",
                    "-c", folder.toString(),
                    "trap : INT; env -u OPENAI_API_KEY -u OPENAI_BASE_URL -u NO_COLOR LC_ALL=C.UTF-8 " + variables + " "
                            + line
                            + "; echo; echo END; sleep 600");
            return tmux;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-S", socket.toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Types text. */
    void type(String text) throws IOException {
        run("send-keys", "-t", SESSION, "-l", text);
    }

    /** Presses a key by its name: Enter, Home, C-c. */
    void press(String key) throws IOException {
        run("send-keys", "-t", SESSION, key);
    }

    /** The text of the screen, from its first line on that was ever shown, without empty lines at the end. */
    String screen() throws IOException {
        return run("capture-pane", "-p", "-t", SESSION, "-S", "-").stripTrailing() + "\n";
    }

    /** Waits until the screen shows a text, and answers all of it. */
    String await(String text) throws IOException, InterruptedException {
        return await(text, screen -> screen.contains(text));
    }

    /** Waits until the screen ends with a text. */
    void awaitEnd(String text) throws IOException, InterruptedException {
        await("… " + text, screen -> screen.endsWith(text + "\n"));
    }

    private String await(String what, Predicate<String> shown) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Command.PATIENCE.toNanos();
        String screen = screen();
        while (!shown.test(screen)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not shown: " + what + "; but:\n" + screen);
            }
            TimeUnit.MILLISECONDS.sleep(50); // nothing tells of a change of the screen
            screen = screen();
        }
        return screen;
    }

    /** Ends the command, and waits until it has ended: it may still write into the folder that the test removes. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> processes = ProcessHandle
                .of(Long.parseLong(run("list-panes", "-t", SESSION, "-F", "#{pane_pid}").strip())).stream()
                .flatMap(shell -> Stream.concat(Stream.of(shell), shell.descendants())).toList();
        run("kill-server");
        for (ProcessHandle process : processes) {
            process.onExit().orTimeout(Command.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }
}
