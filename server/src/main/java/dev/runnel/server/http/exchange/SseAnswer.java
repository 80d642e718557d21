package dev.runnel.server.http.exchange;

import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.http1.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer that is an event stream. One that is not {@linkplain #end() ended}, because something failed, is cut off with its connection:
 * the client sees that it is not whole. For one thread.
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

    /** Sends all that the writer holds, at once, and clears it. This can take a minute, if the reader does not read. */
    public void send(SseWriter sse) throws IOException {
        out.write(sse.array(), 0, sse.size());
        out.flush();
        sse.clear();
    }

    /** Ends the answer: the client has all of it. */
    public void end() throws IOException {
        out.close();
    }
}
