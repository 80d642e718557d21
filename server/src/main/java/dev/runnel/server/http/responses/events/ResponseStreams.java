package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseEvents;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.http.exchange.SseAnswer;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Writes the event streams of responses. A stream is its run's log, read from the beginning and shown from a number on.
 */
public final class ResponseStreams {
    private static final System.Logger LOG = System.getLogger(ResponseStreams.class.getName());

    private final Duration heartbeat;
    private final Metrics metrics;

    public ResponseStreams(Duration heartbeat, Metrics metrics) {
        this.heartbeat = heartbeat;
        this.metrics = metrics;
    }

    /**
     * Streams a response until its run ends. If the client has gone, the next write fails; the run goes on.
     *
     * @param after the number of the last event that is not shown; -1 to show all
     */
    public void run(HttpResponse response, LogReader reader, ResponseFold fold, long after)
            throws IOException, InterruptedException {
        metrics.streamBegun(after >= 0);
        try {
            SseWriter sse = new SseWriter();
            // If there is no event yet, a comment is sent first: the headers go out with it, and the client waits for them.
            boolean more = next(sse, reader, fold, after, Duration.ZERO);
            SseAnswer answer = SseAnswer.begin(response);
            answer.send(sse);
            while (more) {
                more = next(sse, reader, fold, after, heartbeat);
                answer.send(sse);
            }
            answer.end();
        } finally {
            metrics.streamEnded();
        }
    }

    /** Appends what comes next. Returns whether more may follow. */
    private static boolean next(SseWriter sse, LogReader reader, ResponseFold fold, long after, Duration timeout)
            throws InterruptedException {
        try {
            return append(sse, reader.next(timeout), fold, after);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a run's log cannot be read", e);
            ResponseEvent.Failed failed = new ResponseEvent.Failed(
                    "error", fold.next(), "server_error", "The response's events cannot be read at the moment.", null);
            sse.event(failed.type(), ResponseEvents.encode(failed));
            return false;
        }
    }

    private static boolean append(SseWriter sse, LogReader.Read read, ResponseFold fold, long after) {
        return switch (read) {
            case LogReader.Read.Events events -> {
                for (LogEntry entry : events.entries()) {
                    for (ResponseEvent event : fold.read(entry)) {
                        if (event.sequenceNumber() > after) {
                            sse.event(event.sequenceNumber(), event.type(), ResponseEvents.encode(event));
                        }
                    }
                }
                yield true;
            }
            case LogReader.Read.Silence _ -> {
                sse.ping();
                yield true;
            }
            case LogReader.Read.Cut _ -> false;
            case LogReader.Read.End _ -> {
                sse.doneData();
                yield false;
            }
        };
    }
}
