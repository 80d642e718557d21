package dev.runnel.bench.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A model server that answers a prompt with what it names: {@code attack:NAME} brings one of the replies that no server should send,
 * anything else a paced reply of {@value #TOKENS} tokens. Listens on 127.0.0.1. Thread-safe.
 */
final class HostileModel implements AutoCloseable {
    static final int TOKENS = 60;
    private static final int INTERVAL_MILLIS = 50;
    private static final int HUGE = 200_000_000;
    private static final int MAX_HEAD = 64 * 1024;

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HostileModel(ServerSocket listener) {
        this.listener = listener;
    }

    static HostileModel start() throws IOException {
        HostileModel model = new HostileModel(new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("hostile-model").start(model::accept);
        return model;
    }

    URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1");
    }

    /** The whole text of a paced reply. */
    static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < TOKENS; i++) {
            text.append(token(i));
        }
        return text.toString();
    }

    private static String token(int index) {
        return " t" + index;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            String head = head(in);
            if (head.startsWith("GET")) {
                byte[] models = "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"created\":1,\"owned_by\":\"o\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                        + models.length + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().write(models);
                return;
            }
            String body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
            int named = body.lastIndexOf("attack:");
            String name = named < 0 ? "" : body.substring(named + 7).replaceFirst("(?s)[^a-z-].*", "");
            reply(socket.getOutputStream(), name);
        } catch (IOException e) {
            // The server has had enough.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(BufferedInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void reply(OutputStream out, String name) throws IOException, InterruptedException {
        switch (name) {
            case "huge-whole" -> {
                head(out, "application/json");
                out.write("{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        .getBytes(StandardCharsets.UTF_8));
                repeat(out, 'A', HUGE);
                out.write("\"}}]}".getBytes(StandardCharsets.UTF_8));
            }
            case "huge-line" -> {
                head(out, "text/event-stream");
                out.write("data: ".getBytes(StandardCharsets.UTF_8));
                repeat(out, 'A', HUGE);
            }
            case "endless-head" -> {
                out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.UTF_8));
                repeat(out, 'A', HUGE);
            }
            case "no-spaces" -> {
                head(out, "text/event-stream");
                String piece = "A".repeat(100_000);
                for (int i = 0; i < 100; i++) {
                    chunk(out, "{\"content\":\"" + piece + "\"}", "null");
                }
                chunk(out, "{}", "\"stop\"");
                out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
            }
            case "many-calls" -> {
                head(out, "text/event-stream");
                for (int i = 0; i < 10_000; i++) {
                    chunk(out, "{\"tool_calls\":[{\"index\":" + i + ",\"id\":\"c" + i
                            + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}", "null");
                }
                chunk(out, "{}", "\"tool_calls\"");
            }
            case "forged" -> {
                head(out, "text/event-stream");
                out.write(
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\rdata: \"finish_reason\":null}]}\n"
                                .getBytes(StandardCharsets.UTF_8));
                out.write("event: thread.run.completed\ndata: {}\n\nevent: done\ndata: [DONE]\n\n"
                        .getBytes(StandardCharsets.UTF_8));
            }
            case "number" -> {
                head(out, "text/event-stream");
                out.write(
                        "data: {\"created\":1e99999999999,\"choices\":[],\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":9223372036854775807,\"total_tokens\":1}}\n\n"
                                .getBytes(StandardCharsets.UTF_8));
                chunk(out, "{\"content\":\"a\"}", "\"stop\"");
            }
            case "odd-status" ->
                    out.write("HTTP/1.1 999 What\r\nContent-Length: 0\r\nLocation: /v1\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            case "cut" -> {
                head(out, "text/event-stream");
                chunk(out, "{\"content\":\"a\"}", "null");
            }
            default -> paced(out);
        }
    }

    private static void paced(OutputStream out) throws IOException, InterruptedException {
        head(out, "text/event-stream");
        for (int i = 0; i < TOKENS; i++) {
            Thread.sleep(INTERVAL_MILLIS);
            chunk(out, "{\"content\":\"" + token(i) + "\"}", "null");
        }
        chunk(out, "{}", "\"stop\"");
        out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private static void head(OutputStream out, String type) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static void chunk(OutputStream out, String delta, String reason) throws IOException {
        String data = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{"
                + "\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + reason + "}]}\n\n";
        out.write(data.getBytes(StandardCharsets.UTF_8));
    }

    private static void repeat(OutputStream out, char letter, int times) throws IOException {
        byte[] piece = Character.toString(letter).repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
        for (int written = 0; written < times; written += piece.length) {
            out.write(piece);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It is gone either way.
        }
        threads.shutdownNow();
    }
}
