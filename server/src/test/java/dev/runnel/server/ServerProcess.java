package dev.runnel.server;

import dev.runnel.server.model.OpenAiModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A server in a process of its own, which can be killed. */
final class ServerProcess implements TestServer.Running {
    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** What the process runs: a database, a model server's URL and a port; says the port it has, and serves until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        ServerOptions options = ServerOptions.builder().at("127.0.0.1", Integer.parseInt(args[2])).database(args[0])
                .build();
        RunnelServer server = RunnelServer.start(options, new OpenAiModel(args[1], null));
        System.out.println(server.port());
        Thread.sleep(Long.MAX_VALUE);
    }

    static ServerProcess start(String database, String modelUrl) {
        return start(database, modelUrl, 0);
    }

    /** Starts one at a port; 0 for any. */
    static ServerProcess start(String database, String modelUrl, int port) {
        try {
            Process process = process(database, modelUrl, port);
            BufferedReader out = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new ServerProcess(process, Integer.parseInt(out.readLine()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process process(String database, String modelUrl, int port) throws IOException {
        return new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"),
                ServerProcess.class.getName(), database, modelUrl, Integer.toString(port)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public int port() {
        return port;
    }

    /** As {@code kill -9} does it. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
