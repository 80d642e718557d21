package dev.runnel.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Loads a server with streams and tells how evenly and how late their tokens come. See the module's README for the
 * arguments and figures. Ends with status 1 if a stream failed or ended without its terminal event.
 */
public final class RelayLoad {
    private final LoadOptions options;

    private RelayLoad(LoadOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var load = new RelayLoad(LoadOptions.parse(args));
        System.exit(load.run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        if (options.servePort() != null) {
            var model = PacedModelServer.start(options.servePort(), options.tokens(), options.interval());
            System.out.println("paced model at " + model.baseUri());
        }
        boolean passed = true;
        for (int round = 1; round <= options.rounds(); round++) {
            System.out.printf("round %d: %s, %d streams x %d tokens, one every %.1f ms%n", round, options.kind(),
                    options.streams(), options.tokens(), options.interval().toNanos() / 1e6);
            passed &= runRound();
        }
        return passed;
    }

    private boolean runRound() throws IOException, InterruptedException {
        try (var client = client()) {
            var server = options.serverPid() == null ? null : new ProcessCpu(options.serverPid());
            var self = new ProcessCpu(ProcessHandle.current().pid());
            long start = System.nanoTime();
            var report = new LoadReport(client.run(), options.interval());
            System.out.print(report.text(Duration.ofNanos(System.nanoTime() - start)));
            if (server != null) {
                System.out.println("cpu of the server: " + server.since(report.tokenEvents()));
            }
            System.out.println("cpu of this process: " + self.since(report.tokenEvents()));
            return !report.failed();
        }
    }

    private LoadClient client() throws IOException, InterruptedException {
        return switch (options.kind()) {
            case CHAT -> new LoadClient(options, "/chat/completions", """
                    {"model":"%s","stream":true,"messages":[{"role":"user","content":"go"}]}"""
                    .formatted(options.model()));
            case RUN -> new LoadClient(options, "/threads/runs", """
                    {"assistant_id":"%s","stream":true,"thread":{"messages":[{"role":"user","content":"go"}]}}"""
                    .formatted(createAssistant()));
        };
    }

    private String createAssistant() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(options.url() + "/assistants"))
                .header("content-type", "application/json")
                .header("openai-beta", "assistants=v2")
                .POST(BodyPublishers.ofString("{\"model\":\"" + options.model() + "\"}"));
        if (options.key() != null) {
            request.header("authorization", "Bearer " + options.key());
        }
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("no assistant: status " + response.statusCode() + " " + response.body());
            }
            return new ObjectMapper().readTree(response.body()).path("id").asText();
        }
    }
}
