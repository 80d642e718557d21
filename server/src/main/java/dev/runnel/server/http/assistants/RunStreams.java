package dev.runnel.server.http.assistants;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.http.exchange.SseAnswer;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Writes the event streams of runs. Events are sent as soon as they are due. The events of one read of a log go out in
 * one write, and they are all that a stream holds in memory while its client does not read.
 */
final class RunStreams {
    private static final System.Logger LOG = System.getLogger(RunStreams.class.getName());

    private final Duration heartbeat;
    private final Metrics metrics;
    private final boolean plain;
    private final UnaryOperator<LogEntry> shown;

    /**
     * A writer of streams.
     *
     * @param heartbeat how long a stream may be silent before a comment is sent, so that neither a proxy nor a client
     *     gives up
     */
    RunStreams(Duration heartbeat, Metrics metrics) {
        this(heartbeat, metrics, false, UnaryOperator.identity());
    }

    private RunStreams(Duration heartbeat, Metrics metrics, boolean plain, UnaryOperator<LogEntry> shown) {
        this.heartbeat = heartbeat;
        this.metrics = metrics;
        this.plain = plain;
        this.shown = shown;
    }

    /** A writer of streams that have only lines of {@code event} and {@code data}: no numbers and no comments. */
    RunStreams plain() {
        return new RunStreams(heartbeat, metrics, true, shown);
    }

    /** A writer of streams whose events have the content that this function gives them. */
    RunStreams showing(UnaryOperator<LogEntry> view) {
        return new RunStreams(heartbeat, metrics, plain, view);
    }

    /**
     * Streams a run's log to a client that reattaches. If the run has ended and no event is left, answers an empty 204,
     * so that a browser stops reconnecting.
     */
    void again(HttpResponse response, LogReader reader) throws IOException, InterruptedException {
        SseWriter sse = new SseWriter();
        Then then = append(sse, reader.next(Duration.ZERO));
        if (then == Then.ENDED) {
            response.send(204, new byte[0]);
        } else {
            run(response, reader, sse, then, true);
        }
    }

    /**
     * Streams a run's log until the reader reports the end. If the client has gone, the next write fails; the run goes
     * on.
     */
    void run(HttpResponse response, LogReader reader) throws IOException, InterruptedException {
        SseWriter sse = new SseWriter();
        // If there is no event yet, a comment is sent first: the headers go out with it, and the client waits for them.
        run(response, reader, sse, next(sse, reader, Duration.ZERO), false);
    }

    /**
     * Writes the stream. No variable here may refer to the events that were read while a write goes on: a write can
     * take a minute.
     */
    private void run(HttpResponse response, LogReader reader, SseWriter sse, Then first, boolean again)
            throws IOException, InterruptedException {
        metrics.streamBegun(again);
        try {
            SseAnswer answer = SseAnswer.begin(response);
            answer.send(sse);
            for (Then then = first; then == Then.MORE;) {
                then = next(sse, reader, heartbeat);
                answer.send(sse);
            }
            answer.end();
        } finally {
            metrics.streamEnded();
        }
    }

    /** Whether more events follow the appended ones. */
    private enum Then {
        MORE,
        /** This stream is over. */
        NO_MORE,
        /** The run has ended: no stream of it will bring more. */
        ENDED
    }

    private Then next(SseWriter sse, LogReader reader, Duration timeout) throws InterruptedException {
        try {
            return append(sse, reader.next(timeout));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "cannot read a run's log", e);
            sse.event("error", ApiError.serverError("The server cannot read the run's events at the moment.").toJson());
            return Then.NO_MORE;
        }
    }

    private Then append(SseWriter sse, LogReader.Read read) {
        return switch (read) {
            case LogReader.Read.Events events -> {
                for (LogEntry stored : events.entries()) {
                    LogEntry entry = shown.apply(stored);
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
}
