package dev.runnel.cli;

import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.ServerOptions;
import dev.runnel.server.model.DemoModel;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.ModelException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel serve}: the server, until it is stopped. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves the Assistants API v2 and chat completions over a model server.")
final class ServeCommand implements Callable<Integer> {
    private static final int LISTED = 6;
    private static final int GREETING_MILLIS = 2_000;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Default: ${DEFAULT-VALUE}.")
    String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080", description = "Default: ${DEFAULT-VALUE}.")
    int port = 8080;

    @Option(names = "--database", paramLabel = "URL", description = "Where data lies. Or: RUNNEL_DATABASE. Default: sqlite:runnel.db.")
    @Nullable
    String database;

    @Mixin
    ModelSource modelSource = new ModelSource();

    @Override
    public Integer call() throws InterruptedException {
        String url = database != null ? database : ModelSource.set(System.getenv(), "RUNNEL_DATABASE");
        ServerOptions options = ServerOptions.DEFAULTS.at(host, port);
        ServerOptions placed = url == null ? options : options.database(url);
        Model model = modelSource.open(System.getenv());
        RunnelServer server = RunnelServer.start(placed, model);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> {
                    server.close();
                    model.close();
                    stopped.countDown();
                },
                "stop"));
        greet(placed, server.port(), model);
        stopped.await();
        return 0;
    }

    private void greet(ServerOptions options, int boundPort, Model model) throws InterruptedException {
        String base = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + boundPort + "/v1";
        Terminal.line("Runnel " + Main.Version.number() + " listens at " + base);
        Terminal.line("");
        Terminal.line("  models   " + describe(model));
        Terminal.line("  data     " + Path.of(options.database().substring("sqlite:".length())).toAbsolutePath());
        Terminal.line("");
        Terminal.line("In a program that uses an official SDK, change two lines:");
        Terminal.line("");
        Terminal.line("  base_url = \"" + base + "\"");
        Terminal.line("  api_key  = \"any\"");
        Terminal.line("");
        if (!isLoopback(host)) {
            Terminal.line("Careful: it asks for no key, and whoever reaches " + host + " can use it.");
        }
        Terminal.dim("Ctrl-C stops it; runs under way are taken up at the next start.");
    }

    private static String describe(Model model) throws InterruptedException {
        if (model instanceof DemoModel) {
            return model.description() + "; for a real one pass --model-url URL or set OPENAI_API_KEY";
        }
        // On a thread of its own: the greeting does not wait for a model server that takes calls and is silent.
        FutureTask<String> offer = new FutureTask<>(() -> offer(model));
        Thread.ofVirtual().start(offer);
        try {
            return model.description() + offer.get(GREETING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return model.description() + ", which does not answer yet";
        } catch (ExecutionException e) {
            String reason = e.getCause() instanceof ModelException told ? told.getMessage()
                    : String.valueOf(e.getCause());
            return model.description() + ", which does not answer yet: " + reason;
        }
    }

    private static String offer(Model model) {
        List<String> names = model.list().stream().map(ModelInfo::id).toList();
        String some = names.stream().limit(LISTED).collect(Collectors.joining(", "));
        String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
        return names.isEmpty() ? "" : ": " + some + more;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
