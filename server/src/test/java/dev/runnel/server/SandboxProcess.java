package dev.runnel.server;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.remote.SandboxServer;
import dev.runnel.server.time.SystemTimers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A sandbox server in a process of its own, which can be killed. */
final class SandboxProcess implements AutoCloseable {
    static final String KEY = "the-sandbox-key-of-tests";

    private final Process process;
    private final int port;

    private SandboxProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The program of the process: it prints the port that it listens at, and serves until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        System.out.println(start(Integer.parseInt(args[0]), SandboxLimits.DEFAULTS).port());
        Thread.sleep(Long.MAX_VALUE);
    }

    /** A server in this process. */
    static SandboxServer here() {
        return start(0, SandboxLimits.DEFAULTS);
    }

    static SandboxServer start(int port, SandboxLimits limits) {
        return SandboxServer.start(
                HttpSettings.at("127.0.0.1", port, 100, Duration.ofSeconds(60), SystemTimers.get()),
                ApiKeys.of(List.of(KEY)), limits);
    }

    /** Starts one at a port; 0 for any. */
    static SandboxProcess inProcess(int port) {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), SandboxProcess.class.getName(), Integer.toString(port));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            return new SandboxProcess(process, Integer.parseInt(String.valueOf(out.readLine())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        kill();
    }

    /** Kills it, as a power failure does. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
