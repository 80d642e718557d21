package dev.runnel.bench.reliability;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.sse.SseEvent;
import dev.runnel.protocol.sse.SseParser;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Reads runs' streams as they are on the wire: what is judged must not pass through a client that hides what is wrong. Thread-safe. */
final class RawStreams implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Transport transport;
    private final URI server;

    RawStreams(URI server, Transport transport) {
        this.server = server;
        this.transport = transport;
    }

    /**
     * Reads a run's stream from after a number to its end.
     *
     * @param follow whether to read on where the run requires action
     * @param whole  how long all of it may take
     * @throws IOException if it ends in any other way than with {@code done}
     */
    void read(RunRef run, long after, boolean follow, Duration whole, Consumer<SeenEvent> consumer)
            throws IOException {
        read(run.path() + "?stream=true&starting_after=" + after + "&follow=" + follow, whole, consumer);
    }

    /**
     * Reads a run's stream as a response from after a number to its end.
     *
     * @param after -1 for all of it
     * @param whole how long all of it may take
     * @throws IOException if it ends in any other way than with {@code [DONE]}
     */
    void readResponse(RunRef run, long after, Duration whole, Consumer<SeenEvent> consumer) throws IOException {
        String from = after < 0 ? "" : "&starting_after=" + after;
        read(run.responsePath() + "?stream=true" + from, whole, consumer);
    }

    private void read(String path, Duration whole, Consumer<SeenEvent> consumer) throws IOException {
        URI uri = URI.create(server + path);
        Transport.Timeouts timeouts = new Transport.Timeouts(CONNECT, SILENCE, SILENCE, whole);
        try (Transport.Response response = transport.send(
                new Transport.Request("GET", uri, Map.of("accept", "text/event-stream"), null, timeouts))) {
            switch (response.status()) {
                case 200 -> readEvents(response, consumer);
                case 204 -> {
                } // all was read before
                default -> throw new IOException("the server answers with status " + response.status());
            }
        }
    }

    private static void readEvents(Transport.Response response, Consumer<SeenEvent> consumer) throws IOException {
        SseParser parser = new SseParser();
        byte[] buffer = new byte[16 * 1024];
        for (int n; (n = response.read(buffer)) > 0;) {
            parser.feed(buffer, 0, n);
            for (SseEvent event; (event = parser.next()) != null;) {
                if (event.type().equals("done") || event.text().equals("[DONE]")) {
                    return;
                }
                if (event.type().equals("error") || event.id() == null) {
                    throw new IOException("the stream says: " + event.text());
                }
                consumer.accept(new SeenEvent(Long.parseLong(event.id()), event.type(), event.text()));
            }
        }
        throw new IOException("the stream ended without a word");
    }

    @Override
    public void close() {
        transport.close();
    }
}
