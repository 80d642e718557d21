package dev.runnel.bench.growth;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Folders;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import dev.runnel.bench.TimedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the CPU time that a call without a run costs the server: one call after the other on one connection, each kind in turn, round
 * by round. The first rounds are the JVM's warming up. See the module's README.
 */
public final class CallCost {
    private static final String KEY = "sk-growth-call-cost";
    private static final int MESSAGES = 20;

    private final int rounds;
    private final int calls;

    private CallCost(Arguments arguments) {
        rounds = arguments.integer("rounds", 8);
        calls = arguments.integer("calls", 3_000);
        arguments.rejectUnknown();
    }

    /** One call; what it answers does not matter. */
    private interface Call {
        void send() throws IOException;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        new CallCost(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-calls-");
        try (PacedModelServer model = PacedModelServer.start(0, MESSAGES, Duration.ZERO);
                ServedProcess server = ServedProcess.runnel(
                        folder, model.baseUri(), List.of(), List.of("--api-key", KEY));
                TimedCalls api = new TimedCalls(server.baseUri())) {
            server.awaitListening();
            Map<String, Call> kinds = kinds(api);
            ProcessTree process = ProcessTree.alone(server.pid());
            System.out.println("CPU µs a call, round by round");
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, Call> kind : kinds.entrySet()) {
                    long before = process.cpuMillis();
                    for (int i = 0; i < calls; i++) {
                        kind.getValue().send();
                    }
                    System.out.printf(Locale.ROOT, "%d %-18s %6.0f%n", round, kind.getKey(),
                            (process.cpuMillis() - before) * 1e3 / calls);
                }
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static Map<String, Call> kinds(TimedCalls api) throws IOException {
        String assistant = api.post(KEY, "/assistants", "{\"model\": \"paced\"}").path("id").asText();
        String thread = api.post(KEY, "/threads", "{}").path("id").asText();
        String message = "{\"role\": \"user\", \"content\": \"How does a run begin and how does it end?\"}";
        for (int i = 0; i < MESSAGES - 1; i++) {
            api.post(KEY, "/threads/" + thread + "/messages", message);
        }
        api.start(KEY, "/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + assistant + "\", \"stream\": true}");
        String run = api.get(KEY, "/threads/" + thread + "/runs").at("/data/0/id").asText();
        String other = api.post(KEY, "/threads", "{}").path("id").asText();
        Map<String, Call> kinds = new LinkedHashMap<>();
        kinds.put("create a thread", () -> api.post(KEY, "/threads", "{}"));
        kinds.put("create a message", () -> api.post(KEY, "/threads/" + other + "/messages", message));
        kinds.put("get a run", () -> api.time(KEY, "/threads/" + thread + "/runs/" + run));
        kinds.put("list 20 messages", () -> api.time(KEY, "/threads/" + thread + "/messages"));
        return kinds;
    }
}
