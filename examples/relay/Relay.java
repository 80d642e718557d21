import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runnel.client.Position;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Optional;
import java.util.concurrent.Executors;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Relays a run's text to a browser as server-sent events. Each event's id is the run's position: a browser that was cut off
 * sends it back as {@code Last-Event-ID}, by itself, and is served from there on. So the relay keeps nothing, and may be
 * restarted at any time.
 */
public final class Relay {
    private static final String PAGE = """
            <!doctype html>
            <meta charset="utf-8">
            <title>Runnel</title>
            <form><input name="q" size="60" value="Tell me a short story."> <button>Ask</button></form>
            <p style="white-space: pre-wrap"></p>
            <script>
                const answer = document.querySelector("p");
                let source;
                document.querySelector("form").onsubmit = event => {
                    event.preventDefault();
                    source?.close();
                    answer.textContent = "";
                    source = new EventSource("/ask?q=" + encodeURIComponent(event.target.q.value));
                    source.onmessage = message => answer.append(message.data);
                    source.addEventListener("end", message => {
                        source.close();
                        if (message.data) answer.append(" [" + message.data + "]");
                    });
                };
            </script>
            """;

    private final RunnelClient client;
    private final String assistantId;

    private Relay(RunnelClient client) {
        this.client = client;
        this.assistantId = client.assistants().create(AssistantRequest.builder("demo").build()).id();
    }

    public static void main(String[] args) throws IOException {
        String server = System.getenv().getOrDefault("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
        String key = System.getenv("OPENAI_API_KEY");
        Relay relay = new Relay(RunnelClient.builder().baseUrl(server).apiKey(key).build());
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8081;
        HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        http.createContext("/", Relay::page);
        http.createContext("/ask", relay::ask);
        http.setExecutor(Executors.newCachedThreadPool());
        http.start();
        System.out.println("http://127.0.0.1:" + http.getAddress().getPort() + "/");
    }

    private static void page(HttpExchange exchange) throws IOException {
        byte[] page = PAGE.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, page.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(page);
        }
    }

    private void ask(HttpExchange exchange) throws IOException {
        try (exchange; RunStream stream = open(exchange)) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-cache");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta) {
                    out.write(event(stream.position().orElseThrow(), delta.text()).getBytes(UTF_8));
                    out.flush(); // fails if the browser has gone; the run goes on all the same
                }
            }
            out.write(end(stream.finalRun()).getBytes(UTF_8)); // or else the browser comes back for more
        }
    }

    /** The last event; of a run that did not complete it tells why. */
    private static String end(Run run) {
        LastError error = run.lastError();
        String reason = run.status() == RunStatus.COMPLETED ? ""
                : error == null ? run.status().wire() : error.message();
        return "event: end\ndata:" + reason.replaceAll("[\r\n]", " ") + "\n\n";
    }

    private RunStream open(HttpExchange exchange) {
        Optional<String> seen = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        return seen.map(position -> client.runs().resume(Position.parse(position)))
                .orElseGet(() -> client.runs().streamWithThread(RunRequest.builder(assistantId)
                        .thread(ThreadRequest.of(MessageRequest.user(question(exchange))))
                        .build()));
    }

    private static String question(HttpExchange exchange) {
        String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        return URLDecoder.decode(query.replaceFirst("^q=", ""), UTF_8);
    }

    /** A line feed in the text begins another data line; the browser puts them together again. */
    private static String event(Position position, String text) {
        return "id: " + position + "\ndata: " + text.replace("\r", "").replace("\n", "\ndata: ") + "\n\n";
    }
}
