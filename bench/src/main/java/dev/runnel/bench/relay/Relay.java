package dev.runnel.bench.relay;

import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server between the model and the load, started for one scenario. Closing it ends its processes.
 *
 * @param process null where there is none: straight to the model
 */
record Relay(Endpoint endpoint, @Nullable ServedProcess process) implements AutoCloseable {
    private static final String MODEL = "paced";
    private static final Path LAUNCHER = Path.of("runnel");

    static Relay straightTo(URI model) {
        return new Relay(Endpoint.chat(model, MODEL, null), null);
    }

    static Relay nginx(Path folder, URI model, int openFiles) throws IOException, InterruptedException {
        int port = ServedProcess.freePort();
        Path config = new NginxConfig(folder, port, model, openFiles).write();
        var process = started(port, folder,
                List.of("nginx", "-p", folder.toString(), "-c", config.toString(), "-e", "stderr"));
        return new Relay(Endpoint.chat(process.baseUri(), MODEL, null), process);
    }

    /** As a pass-through to an OpenAI-compatible server, which a header of each request names. */
    static Relay portkey(Path folder, URI model) throws IOException, InterruptedException {
        int port = ServedProcess.freePort();
        var process = started(port, folder,
                List.of("node", Target.PORTKEY_PROGRAM.toString(), "--port=" + port, "--headless"));
        return new Relay(Endpoint.chat(process.baseUri(), MODEL, null)
                .with(Map.of("x-portkey-provider", "openai", "x-portkey-custom-host", model.toString())), process);
    }

    static Relay runnelChat(Path folder, URI model) throws IOException, InterruptedException {
        var process = runnel(folder, model);
        return new Relay(Endpoint.chat(process.baseUri(), MODEL, null), process);
    }

    static Relay runnelRun(Path folder, URI model, String database) throws IOException, InterruptedException {
        var process = runnel(folder, model, database);
        return new Relay(Endpoint.run(process.baseUri(), MODEL, null), process);
    }

    static Relay runnelResponse(Path folder, URI model) throws IOException, InterruptedException {
        var process = runnel(folder, model);
        return new Relay(Endpoint.response(process.baseUri(), MODEL, null), process);
    }

    private static ServedProcess runnel(Path folder, URI model) throws IOException, InterruptedException {
        return runnel(folder, model, "sqlite:" + folder.resolve("runnel.db"));
    }

    /** As its users start it, with its defaults. */
    private static ServedProcess runnel(Path folder, URI model, String database)
            throws IOException, InterruptedException {
        int port = ServedProcess.freePort();
        return started(port, folder, List.of(LAUNCHER.toAbsolutePath().toString(), "serve",
                "--port", Integer.toString(port),
                "--database", database,
                "--model-url", model.toString()));
    }

    private static ServedProcess started(int port, Path folder, List<String> command)
            throws IOException, InterruptedException {
        var process = ServedProcess.start(new ArrayList<>(command), port, folder.resolve("server.log"));
        process.awaitListening();
        return process;
    }

    /** Its processes as they are now. */
    ProcessTree processes() {
        return process == null ? ProcessTree.none() : ProcessTree.of(process.pid());
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
