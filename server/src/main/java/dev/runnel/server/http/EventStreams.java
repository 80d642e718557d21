package dev.runnel.server.http;

import dev.runnel.client.ApiException;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.http1.HttpResponse;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.model.ChatRelay;
import dev.runnel.server.model.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Writes event streams. All that is due goes out at once, and what one read of a log brings in one write: that is all that a stream
 * holds in memory while its reader does not read.
 */
final class EventStreams {
    private static final System.Logger LOG = System.getLogger(EventStreams.class.getName());

    /** How much of a chat completion goes into one write, but for the data that is begun. */
    private static final int MAX_AT_ONCE = 32 * 1024;

    private final Duration heartbeat;
    private final boolean plain;

    /**
     * A writer of streams.
     *
     * @param heartbeat after how long a silence a comment is sent, so that neither a proxy nor a client gives up
     */
    EventStreams(Duration heartbeat) {
        this(heartbeat, false);
    }

    private EventStreams(Duration heartbeat, boolean plain) {
        this.heartbeat = heartbeat;
        this.plain = plain;
    }

    /** A writer of runs' streams that have lines of {@code event} and {@code data} only: no numbers, no comments. */
    EventStreams plain() {
        return new EventStreams(heartbeat, true);
    }

    /** Streams a run's log again; without a body if its end is all that would come, so that a browser stops asking. */
    void again(HttpResponse response, LogReader reader) throws IOException, InterruptedException {
        SseWriter sse = new SseWriter();
        Then then = append(sse, reader.next(Duration.ZERO));
        if (then == Then.ENDED) {
            response.send(204, new byte[0]);
        } else {
            run(response, reader, sse, then);
        }
    }

    /** Streams a run's log until it is at rest. That the client is gone shows at the next write, and is no concern of the run's. */
    void run(HttpResponse response, LogReader reader) throws IOException, InterruptedException {
        SseWriter sse = new SseWriter();
        // If there is nothing yet, a comment goes first: it carries the headers, which the client waits for.
        run(response, reader, sse, next(sse, reader, Duration.ZERO));
    }

    /** Nothing here may refer to what was read while it is written: a write can take a minute. */
    private void run(HttpResponse response, LogReader reader, SseWriter sse, Then first)
            throws IOException, InterruptedException {
        try (OutputStream out = open(response)) {
            write(out, sse);
            for (Then then = first; then == Then.MORE;) {
                then = next(sse, reader, heartbeat);
                write(out, sse);
            }
        }
    }

    /** What follows what was appended. */
    private enum Then {
        MORE,
        /** Nothing in this stream. */
        NO_MORE,
        /** Nothing in any: the run has ended. */
        ENDED
    }

    private Then next(SseWriter sse, LogReader reader, Duration timeout) throws InterruptedException {
        try {
            return append(sse, reader.next(timeout));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a run's log cannot be read", e);
            sse.event("error", ApiError.serverError("The run's events cannot be read at the moment.").toJson());
            return Then.NO_MORE;
        }
    }

    private Then append(SseWriter sse, LogReader.Read read) {
        return switch (read) {
            case LogReader.Read.Events events -> {
                for (LogEntry entry : events.entries()) {
                    if (plain) {
                        sse.event(entry.name(), entry.data());
                    } else {
                        sse.event(entry.number(), entry.name(), entry.data());
                    }
                }
                yield Then.MORE;
            }
            case LogReader.Read.Silence silence -> {
                if (!plain) {
                    sse.ping();
                }
                yield Then.MORE;
            }
            case LogReader.Read.Cut cut -> Then.NO_MORE;
            case LogReader.Read.End end -> {
                sse.doneEvent();
                yield end.ended() ? Then.ENDED : Then.NO_MORE;
            }
        };
    }

    /**
     * Streams a chat completion until it ends. A failure before its first data is thrown, for an answer of its own; one on the way
     * becomes the stream's last data.
     *
     * @param broken told of a failure on the way
     */
    void chat(HttpResponse response, ChatRelay relay, Consumer<RuntimeException> broken) throws IOException {
        byte[] first = relay.next();
        SseWriter sse = new SseWriter();
        try (OutputStream out = open(response)) {
            try {
                for (byte[] data = first; data != null; data = relay.next()) {
                    sse.data(data);
                    for (byte[] more; sse.size() < MAX_AT_ONCE && (more = relay.nextArrived()) != null;) {
                        sse.data(more);
                    }
                    write(out, sse);
                }
                write(out, sse.doneData());
            } catch (ModelException | ApiException e) {
                broken.accept(e);
                write(out, sse.data(ApiError.serverError(String.valueOf(e.getMessage())).toJson()));
            }
        }
    }

    private static OutputStream open(HttpResponse response) throws IOException {
        response.header("Content-Type", "text/event-stream; charset=utf-8");
        response.header("Cache-Control", "no-cache, no-transform");
        response.header("X-Accel-Buffering", "no");
        return response.stream(200);
    }

    private static void write(OutputStream out, SseWriter sse) throws IOException {
        out.write(sse.array(), 0, sse.size());
        out.flush();
        sse.clear();
    }
}
