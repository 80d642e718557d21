package dev.runnel.server;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.tool.ServerTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.MAX_CONNECTIONS;
import static dev.runnel.server.options.ServerOptions.PORT;

/** A server in a process of its own, which can be killed. */
final class ServerProcess implements TestServer.Running {
    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * The program of the process: a database, a model server's URL, a port, a key and how many connections there may be. Prints the
     * port that it listens at, and serves until it is killed. Code of models is run if the property {@code code} says so.
     */
    public static void main(String[] args) throws InterruptedException {
        ServerOptions options = ServerOptions.local(args[0]).with(PORT, Integer.parseInt(args[2]))
                .with(API_KEYS, args.length > 3 ? ApiKeys.of(List.of(args[3])) : ApiKeys.NONE)
                .with(CODE_INTERPRETER, Boolean.getBoolean("code"));
        if (args.length > 4) {
            options = options.with(MAX_CONNECTIONS, Integer.parseInt(args[4]));
        }
        ServerTools tools = options.get(CODE_INTERPRETER) ? ServerTools.NONE
                : new ServerTools(List.of(ScriptedTool.python((call, context) -> ScriptedTool.never())));
        RunnelServer server = RunnelServer.start(options, new OpenAiModel(args[1], null), new Projects(List.of()),
                tools);
        System.out.println(server.port());
        Thread.sleep(Long.MAX_VALUE); // until it is killed
    }

    /** Starts one with the database of options, which runs code if they say so. */
    static ServerProcess start(ServerOptions options, String modelUrl) {
        return start(command(
                List.of("-Dcode=" + options.get(CODE_INTERPRETER)), options.get(DATABASE), modelUrl, "0"));
    }

    /** Starts one at a port; 0 for any. */
    static ServerProcess start(String database, String modelUrl, int port) {
        return start(command(List.of(), database, modelUrl, Integer.toString(port)));
    }

    /** Starts one with little to live on. */
    static ServerProcess start(int maxHeapMegabytes, int maxOpenFiles, String database, String modelUrl, String key,
            String... more) {
        String[] arguments = Stream.concat(Stream.of(database, modelUrl, "0", key), Stream.of(more))
                .toArray(String[]::new);
        List<String> java = command(
                List.of("-Xmx" + maxHeapMegabytes + "m", "-XX:+ExitOnOutOfMemoryError"), arguments);
        return start(Stream.concat(Stream.of("sh", "-c", "ulimit -n " + maxOpenFiles + " && exec \"$@\"", "sh"),
                java.stream()).toList());
    }

    private static ServerProcess start(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader out = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String port = out.readLine();
            return new ServerProcess(process, port == null ? 0 : Integer.parseInt(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(List<String> jvm, String... arguments) {
        Stream<String> java = Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"));
        Stream<String> program = Stream.concat(Stream.of(ServerProcess.class.getName()), Stream.of(arguments));
        return Stream.of(java, jvm.stream(), program).flatMap(Function.identity()).toList();
    }

    /** Whether it has not ended. */
    boolean alive() {
        return process.isAlive();
    }

    /** Sends it a signal, such as {@code STOP}. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it listens; 0 if it ended before it did. */
    @Override
    public int port() {
        return port;
    }

    /** Waits until it has ended by itself; answers how. */
    int awaitExit() throws InterruptedException {
        return process.waitFor();
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
