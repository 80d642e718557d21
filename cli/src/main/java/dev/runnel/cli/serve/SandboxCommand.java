package dev.runnel.cli.serve;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Given;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.base.Version;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Descriptors;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.remote.SandboxServer;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import static dev.runnel.server.options.ServerOptions.CODE_MEMORY;
import static dev.runnel.server.options.ServerOptions.CODE_SESSIONS;
import static dev.runnel.server.options.ServerOptions.HOST;
import static dev.runnel.server.options.ServerOptions.TLS_CERT;
import static dev.runnel.server.options.ServerOptions.TLS_KEY;

/** {@code runnel sandbox}: a server that runs code for other servers, until it is stopped. */
@Command(name = "sandbox", mixinStandardHelpOptions = true, description = "Runs the Python code of models for other servers, in a sandbox of this machine. They are started with serve --code-interpreter-url.", footer = {
    "  RUNNEL_SANDBOX_KEY=$key runnel sandbox --host 0.0.0.0",
    "  RUNNEL_CODE_INTERPRETER_KEY=$key runnel serve --code-interpreter-url http://sandbox:8090"})
public final class SandboxCommand implements Callable<Integer> {
    private static final Option<Integer> LISTEN = Option.of("port", Kind.number("PORT", 0, 65_535), """
            Listen at this port; 0 for any that is free.""")
            .orElse(8090);

    private static final Option<ApiKeys> KEYS = Option
            .of("key", Kind.list("KEY", ApiKeys::of).ofSecrets(),
                    """
                            Take requests with this key only. Can be repeated; @FILE names a file with one key a line. Without a key, only this \
                            machine is served.""")
            .variable(new Option.Variable("RUNNEL_SANDBOX_KEY", "a list", true)).orElse(ApiKeys.NONE);

    /** How long a client may read nothing of an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    final Given given = Given.of(HOST, LISTEN, KEYS, CODE_SESSIONS, CODE_MEMORY, TLS_CERT, TLS_KEY);

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        OptionValues values = given.values();
        SandboxServer server = started(values);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Terminal.interrupted();
            server.close();
            Runtime.getRuntime().halt(0); // it ended as requested
        }, "stop"));
        Terminal.line("Runnel " + Version.number() + " runs code for other servers at " + url(values, server));
        Terminal.line("Code runs " + server.inWords() + ".");
        Terminal.dim("Ctrl-C stops it, and ends all sessions.");
        String reason = String.valueOf(server.broken().toCompletableFuture().get().getMessage()); // or until a signal comes
        throw new CommandException("the server cannot accept connections any more: " + reason);
    }

    private static SandboxServer started(OptionValues values) {
        SandboxLimits limits = SandboxLimits.DEFAULTS.sessions(values.get(CODE_SESSIONS)).memory(
                values.get(CODE_MEMORY));
        try {
            return SandboxServer.start(settings(values), values.get(KEYS), limits);
        } catch (IllegalArgumentException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
    }

    private static HttpSettings settings(OptionValues values) {
        HttpSettings plain = HttpSettings.at(values.get(HOST), values.get(LISTEN), Descriptors.connections(), PATIENCE,
                SystemTimers.get());
        String certificate = values.find(TLS_CERT);
        String key = values.find(TLS_KEY);
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "--tls-cert and --tls-key belong together: a certificate needs its key.");
        }
        return certificate == null || key == null
                ? plain
                : plain.encryptedWith(new ServerCertificate(Path.of(certificate), Path.of(key)));
    }

    private static String url(OptionValues values, SandboxServer server) {
        String host = values.get(HOST);
        return (values.find(TLS_CERT) == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host)
                + ":" + server.port();
    }
}
