package dev.runnel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server of this machine in a process of its own, at a port that stays the same over its restarts. What it says goes to a log. For one
 * thread; the address is for any.
 */
public final class ServedProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final long LOOK_MILLIS = 2;

    private final Path log;
    private final int port;
    private final List<String> command;
    private volatile Process process;

    private ServedProcess(Path log, int port, List<String> command) throws IOException {
        this.log = log;
        this.port = port;
        this.command = command;
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // it does not outlive who started it
    }

    /**
     * Starts a server, which does not listen yet.
     *
     * @param command that listens at this port of 127.0.0.1
     * @param log     is added to
     */
    public static ServedProcess start(List<String> command, int port, Path log) throws IOException {
        return new ServedProcess(log, port, command);
    }

    /**
     * Starts {@code runnel serve} from this program's class path; it does not listen yet. It says what it says to {@code server.log}.
     *
     * @param folder  where its database and its log lie
     * @param model   the base URL of the model server
     * @param java    options for its JVM
     * @param options further options of {@code serve}
     */
    public static ServedProcess runnel(Path folder, URI model, List<String> java, List<String> options)
            throws IOException {
        return runnel(folder, "sqlite:" + folder.resolve("runnel.db"), model, java, options);
    }

    /**
     * As {@link #runnel(Path, URI, List, List)}, on another database.
     *
     * @param folder   where its log lies
     * @param database its URL
     */
    public static ServedProcess runnel(
            Path folder, String database, URI model, List<String> java, List<String> options) throws IOException {
        int port = freePort();
        List<String> jvm = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        jvm.addAll(java);
        List<String> command = java(jvm, "dev.runnel.cli.Main", List.of("serve",
                "--port", Integer.toString(port),
                "--database", database,
                "--model-url", model.toString()));
        command.addAll(options);
        return start(command, port, folder.resolve("server.log"));
    }

    /** The command of a program on this one's class path, on the same JDK. */
    public static List<String> java(List<String> options, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }

    /** A port of 127.0.0.1 that nobody listens at. */
    public static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + port + "/v1");
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Of the process that runs now. */
    public long pid() {
        return process.pid();
    }

    /** Returns when it takes connections. */
    public void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException("the server did not start; it says:\n" + Files.readString(log));
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As {@code kill -9} does it; returns when it is dead. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends it a signal, such as {@code STOP}. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    /** After {@link #kill}. */
    public void restart() throws IOException {
        process = launch();
    }

    /** Kills it and those that it started. A second call does nothing. */
    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }
}
