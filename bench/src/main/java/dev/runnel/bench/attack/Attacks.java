package dev.runnel.bench.attack;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The attacks on the server, by name. Each attack ends by itself, within two minutes. */
final class Attacks {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RUNS = "/v1/threads/runs";
    private static final int MIB = 1 << 20;

    private final RawClient client;
    private final String assistantId;
    private final Map<String, Attack> all = new LinkedHashMap<>();

    /** One of them. */
    @FunctionalInterface
    interface Attack {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    Attacks(RawClient client, String assistantId) {
        this.client = client;
        this.assistantId = assistantId;
        addRequests();
        addBodies();
        addModels();
    }

    /** By name. */
    Map<String, Attack> all() {
        return all;
    }

    private void addRequests() {
        for (String path : List.of("/openapi.json", "/v1/models", "/v1/nowhere", CHAT)) {
            all.put("a chunk of 2 GiB to " + path, () -> client.sendThenZeros(
                    "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n",
                    64L * MIB));
        }
        all.put("300 silent connections", () -> client.silent(300, Duration.ofSeconds(5)));
        all.put("half a head", () -> client.breakOff("GET /v1/models HTTP/1.1\r\nHost: loc"));
        all.put("a head that trickles",
                () -> trickle("GET /v1/models HTTP/1.1\r\nX: ".getBytes(StandardCharsets.UTF_8)));
        all.put("a body that trickles", () -> trickle(client.head("POST", CHAT, "Content-Length: 1000\r\n")
                .getBytes(StandardCharsets.UTF_8)));
        all.put("100 uploads that break off", () -> {
            for (int i = 0; i < 100; i++) {
                client.breakOff(client.head("POST", "/v1/files",
                        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n")
                        + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
                        + "x".repeat(1_000));
            }
        });
        for (String text : List.of("GE\u0001T / HTTP/1.1\r\n\r\n", "GET /\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET / HTTP/1.1\nHost: localhost\n\n", "GET / HTTP/1.0\r\n\r\n", "\r\n\r\n\r\n", "\u0000\u0000\u0000",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\nT: 1\r\n\r\n")) {
            all.put("a request that begins with " + text.substring(0, 3).strip() + text.hashCode(),
                    () -> client.breakOff(text));
        }
        all.put("a head of 10 MiB", () -> client.sendThenZeros("GET / HTTP/1.1\r\nX: " + "y".repeat(MIB), 10L * MIB));
    }

    private void addBodies() {
        all.put("a number beyond all bounds", () -> client.post("/v1/threads", "{\"metadata\":{\"a\":1e99999999999}}"));
        all.put("65,536 members", () -> client.post("/v1/threads", members(65_536)));
        all.put("100,000 brackets", () -> client.post("/v1/threads", "[".repeat(100_000)));
        all.put("16 chat bodies of 15 MiB at once", () -> atOnce(16, () -> client.post(CHAT,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "A".repeat(15 * MIB) + "\"}]}")));
        all.put("a budget and 15 million letters without a space", () -> client.post(RUNS, budget()));
    }

    private void addModels() {
        all.put("4 whole replies of 200 MB at once", () -> atOnce(4, () -> chat("huge-whole", false)));
        all.put("16 lines of 200 MB at once", () -> atOnce(16, () -> chat("huge-line", true)));
        all.put("a run with a line of 200 MB", () -> run("huge-line"));
        for (String name : List.of("endless-head", "no-spaces", "many-calls", "forged", "number", "odd-status",
                "cut")) {
            all.put("a run of " + name, () -> run(name));
            all.put("a chat completion of " + name, () -> chat(name, true));
            all.put("a whole chat completion of " + name, () -> chat(name, false));
        }
    }

    private void chat(String name, boolean stream) throws IOException {
        client.post(CHAT, "{\"model\":\"m\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"attack:" + name + "\"}]}");
    }

    private void run(String name) throws IOException {
        client.post(RUNS, "{\"assistant_id\":\"" + assistantId + "\",\"stream\":true,\"thread\":{\"messages\":["
                + "{\"role\":\"user\",\"content\":\"attack:" + name + "\"}]},\"tools\":[{\"type\":\"function\","
                + "\"function\":{\"name\":\"f\"}}]}");
    }

    private String budget() {
        String part = "{\"type\":\"text\",\"text\":\"" + "A".repeat(250_000) + "\"}";
        return "{\"assistant_id\":\"" + assistantId
                + "\",\"stream\":true,\"max_prompt_tokens\":1000000,\"thread\":{\"messages\":["
                + "{\"role\":\"user\",\"content\":[" + String.join(",", Collections.nCopies(60, part))
                + "]}]}}";
    }

    private static String members(int count) {
        StringBuilder json = new StringBuilder("{\"metadata\":{");
        for (int i = 0; i < count; i++) {
            // Names that collide in a hash table: "Aa" and "BB" have the same hash, in any order.
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append(i == 0 ? "" : ",").append('"').append(name).append("\":\"v\"");
        }
        return json.append("}}").toString();
    }

    private static void atOnce(int count, Attack attack) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(() -> {
                    try {
                        attack.run();
                    } catch (IOException e) {
                        // Refused, which is right.
                    }
                    return true;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /** A byte every two seconds, until the server has had enough. */
    private void trickle(byte[] begin) throws IOException, InterruptedException {
        try (Socket socket = client.connect()) {
            socket.getOutputStream().write(begin);
            for (int i = 0; i < 45; i++) {
                Thread.sleep(2_000);
                socket.getOutputStream().write('x');
            }
        }
    }
}
