package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Folders;
import dev.runnel.bench.Medians;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import dev.runnel.client.transport.TlsSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Measures the cost of TLS for a server that passes chat completions on: CPU time per token without TLS, over HTTP/1.1 and over HTTP/2, and
 * per handshake; for nginx and for Runnel in turn. See the module's README. Ends with an exception if a stream lacks a token.
 */
public final class TlsCost {
    private static final String CHAT = "{\"model\":\"paced\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String TOKEN = "\"content\":";

    private final int streams;
    private final int tokens;
    private final Duration interval;
    private final int handshakes;
    private final int rounds;
    private final Path folder;
    private final Path certificate;
    private final Path key;

    /** CPU time in nanoseconds, per token or handshake, by what was measured. */
    private final Map<String, List<Long>> results = new LinkedHashMap<>();

    private TlsCost(Arguments arguments) throws IOException {
        streams = arguments.integer("streams", 100);
        tokens = arguments.integer("tokens", 300);
        interval = arguments.millis("interval-ms", 33);
        handshakes = arguments.integer("handshakes", 500);
        rounds = arguments.integer("rounds", 5);
        arguments.rejectUnknown();
        folder = Files.createTempDirectory("runnel-tls-");
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        TlsCost cost = new TlsCost(new Arguments(args));
        try {
            cost.run();
        } finally {
            Folders.delete(cost.folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        if (Commands.output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                key.toString(), "-out", certificate.toString()) == null) {
            throw new IOException("openssl made no certificate");
        }
        try (PacedModelServer model = PacedModelServer.start(0, tokens, interval);
                ServedProcess plainNginx = nginx(model.baseUri(), false);
                ServedProcess nginx = nginx(model.baseUri(), true);
                ServedProcess plainRunnel = runnel(model.baseUri(), List.of());
                ServedProcess runnel = runnel(model.baseUri(),
                        List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString()))) {
            for (int round = 0; round <= rounds; round++) {
                measure("nginx", plainNginx, nginx);
                measure("runnel", plainRunnel, runnel);
                if (round == 0) {
                    results.clear(); // it has warmed all of them up
                }
            }
        }
        results.forEach((what, nanos) -> System.out.printf("%-32s %8.1f us%n", what, Medians.of(nanos) / 1e3));
    }

    private void measure(String name, ServedProcess plain, ServedProcess encrypted)
            throws IOException, InterruptedException {
        perToken(name + ", plain, HTTP/1.1", plain, "http", HttpClient.Version.HTTP_1_1);
        perToken(name + ", TLS, HTTP/1.1", encrypted, "https", HttpClient.Version.HTTP_1_1);
        perToken(name + ", TLS, HTTP/2", encrypted, "https", HttpClient.Version.HTTP_2);
        perHandshake(name + ", handshake", encrypted);
    }

    private ServedProcess nginx(URI model, boolean tls) throws IOException, InterruptedException {
        int port = ServedProcess.freePort();
        Path own = Files.createTempDirectory(folder, "nginx-");
        Path config = new NginxConfig(own, port, model, 4_096).write();
        if (tls) {
            Files.writeString(config, Files.readString(config).replace(" backlog=4096;", " ssl http2 backlog=4096;\n"
                    + "ssl_certificate " + certificate + ";\nssl_certificate_key " + key + ";"));
        }
        return listening(ServedProcess.start(
                new ArrayList<>(List.of("nginx", "-p", own.toString(), "-c", config.toString(), "-e", "stderr")), port,
                own.resolve("server.log")));
    }

    private ServedProcess runnel(URI model, List<String> options) throws IOException, InterruptedException {
        return listening(
                ServedProcess.runnel(Files.createTempDirectory(folder, "runnel-"), model, List.of(), options));
    }

    private static ServedProcess listening(ServedProcess server) throws IOException, InterruptedException {
        server.awaitListening();
        return server;
    }

    private void perToken(String what, ServedProcess server, String scheme, HttpClient.Version version)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                URI.create(scheme + "://127.0.0.1:" + server.port() + "/v1/chat/completions"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(CHAT)).build();
        ProcessTree process = ProcessTree.of(server.pid());
        try (HttpClient client = HttpClient.newBuilder().version(version)
                .sslContext(TlsSettings.trusting(certificate).context()).build()) {
            client.send(HttpRequest.newBuilder(request.uri().resolve("/v1/models")).build(), BodyHandlers.discarding());
            long before = process.cpuMillis();
            List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                replies.add(client.sendAsync(request, BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> reply : replies) {
                String text = reply.join().body();
                if (text.split(TOKEN, -1).length - 1 < tokens) {
                    throw new IOException(what + ": a stream lacks tokens");
                }
            }
            add(what + ", a token", (process.cpuMillis() - before) * 1_000_000 / ((long) streams * tokens));
        }
    }

    private void perHandshake(String what, ServedProcess server) throws IOException {
        SSLSocketFactory sockets = TlsSettings.trusting(certificate).context().getSocketFactory();
        ProcessTree process = ProcessTree.of(server.pid());
        long before = process.cpuMillis();
        for (int i = 0; i < handshakes; i++) {
            try (SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", server.port())) {
                socket.startHandshake();
                socket.getSession().invalidate(); // so that the next one is whole too
            }
        }
        add(what, (process.cpuMillis() - before) * 1_000_000 / handshakes);
    }

    private void add(String what, long nanos) {
        results.computeIfAbsent(what, _ -> new ArrayList<>()).add(nanos);
    }
}
