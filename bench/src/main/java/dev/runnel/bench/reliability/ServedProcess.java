package dev.runnel.bench.reliability;

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

/**
 * {@code runnel serve} in a process of its own, with a database and a port that stay the same over its restarts. What it says goes to
 * {@code server.log} in the database's folder. For one thread; the address is for any.
 */
public final class ServedProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
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
     * @param folder  where its database lies
     * @param model   the base URL of the model server
     * @param java    options for its JVM
     * @param options further options of {@code serve}
     */
    public static ServedProcess start(Path folder, URI model, List<String> java, List<String> options)
            throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.runnel.cli.Main", "serve",
                "--port", Integer.toString(port),
                "--database", "sqlite:" + folder.resolve("runnel.db"),
                "--model-url", model.toString()));
        command.addAll(options);
        return new ServedProcess(folder.resolve("server.log"), port, command);
    }

    private static int freePort() throws IOException {
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

    int port() {
        return port;
    }

    long pid() {
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
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** After {@link #kill}. */
    void restart() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
