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
    static final String MODEL = "paced";
    private static final Path LAUNCHER = Path.of("runnel");

    /** Makes the request that each stream sends. */
    @FunctionalInterface
    interface Requests {
        /** Makes it for a server. */
        Endpoint to(URI url, String model, @Nullable String key);
    }

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

    /** A Runnel before the model with its defaults, as its users start it, but for these options. */
    static Relay runnel(Requests requests, Path folder, URI model, String... options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--model-url", model.toString()));
        all.addAll(List.of(options));
        return runnel(requests, null, folder, all);
    }

    /** A Runnel that gets requests with a key, and has its model server from a file. */
    static Relay routed(Requests requests, Path folder, URI model) throws IOException, InterruptedException {
        Path config = new RoutedConfig(folder, model).write();
        return runnel(requests, RoutedConfig.KEY, folder, List.of("--config", config.toString()));
    }

    private static Relay runnel(Requests requests, @Nullable String key, Path folder, List<String> options)
            throws IOException, InterruptedException {
        int port = ServedProcess.freePort();
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toAbsolutePath().toString(), "serve",
                "--port", Integer.toString(port)));
        if (!options.contains("--database")) {
            command.addAll(List.of("--database", "sqlite:" + folder.resolve("runnel.db")));
        }
        command.addAll(options);
        var process = started(port, folder, command);
        return new Relay(requests.to(process.baseUri(), MODEL, key), process);
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
