package dev.runnel.server.http.exchange;

import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.edge.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer that is an event stream. If a failure keeps it from being {@linkplain #end() ended}, its connection is cut,
 * and so the client sees that the stream is incomplete. For one thread.
 */
public final class SseAnswer {
    private final OutputStream out;

    private SseAnswer(OutputStream out) {
        this.out = out;
    }

    /** Begins the answer. Its head goes out with the first events. */
    public static SseAnswer begin(HttpResponse response) throws IOException {
        response.header("Content-Type", "text/event-stream; charset=utf-8");
        response.header("Cache-Control", "no-cache, no-transform");
        response.header("X-Accel-Buffering", "no");
        return new SseAnswer(response.stream(200));
    }

    /**
     * Sends everything that the writer holds at once, and clears the writer. This can take a minute if the client does
     * not read.
     */
    public void send(SseWriter sse) throws IOException {
        out.write(sse.array(), 0, sse.size());
        out.flush();
        sse.clear();
    }

    /** Ends the answer, and so tells the client that it is complete. */
    public void end() throws IOException {
        out.close();
    }
}
