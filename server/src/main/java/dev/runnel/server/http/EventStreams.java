package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.model.ChatRelay;
import dev.runnel.server.model.ModelException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Writes event streams. All that is due goes out in one write, at once. A stream's connection is closed after it: an official
 * SDK reads on until then.
 */
final class EventStreams {
    private static final System.Logger LOG = System.getLogger(EventStreams.class.getName());

    private final Duration heartbeat;
    private final Duration patience;

    /**
     * A writer of streams.
     *
     * @param heartbeat after how long a silence a comment is sent, so that neither a proxy nor a client gives up
     * @param patience how long a reader may take nothing of what is written
     */
    EventStreams(Duration heartbeat, Duration patience) {
        this.heartbeat = heartbeat;
        this.patience = patience;
    }

    /** Streams a run's log again; without a body if its end is all that would come, so that a browser stops asking. */
    void again(ServerResponse response, LogReader reader) throws IOException, InterruptedException {
        switch (reader.next(Duration.ZERO)) {
            case LogReader.Read.End(boolean ended) when ended -> response.status(Status.NO_CONTENT_204).send();
            case LogReader.Read first -> run(response, reader, () -> first);
        }
    }

    /** Streams a run's log until it is at rest. That the client is gone shows at the next write, and is no concern of the run's. */
    void run(ServerResponse response, LogReader reader) throws IOException, InterruptedException {
        // If there is nothing yet, a comment goes first: it carries the headers, which the client waits for.
        run(response, reader, () -> reader.next(Duration.ZERO));
    }

    private void run(ServerResponse response, LogReader reader, Reading first)
            throws IOException, InterruptedException {
        SseWriter sse = new SseWriter();
        try (OutputStream out = open(response)) {
            boolean open = append(sse, first);
            write(out, sse);
            while (open) {
                open = append(sse, () -> reader.next(heartbeat));
                write(out, sse);
            }
        }
    }

    @FunctionalInterface
    private interface Reading {
        LogReader.Read read() throws InterruptedException;
    }

    /** Appends what comes next; false at the end. */
    private boolean append(SseWriter sse, Reading next) throws InterruptedException {
        try {
            switch (next.read()) {
                case LogReader.Read.Events events -> {
                    for (LogEntry entry : events.entries()) {
                        sse.event(entry.seq(), entry.name(), entry.data());
                    }
                }
                case LogReader.Read.Silence silence -> sse.ping();
                case LogReader.Read.Cut cut -> {
                    return false;
                }
                case LogReader.Read.End end -> {
                    sse.doneEvent();
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a run's log cannot be read", e);
            sse.event("error", ApiError.serverError("The run's events cannot be read at the moment.").toJson());
            return false;
        }
    }

    /**
     * Streams a chat completion until it ends. A failure before its first data is thrown, for an answer of its own; one on the way
     * becomes the stream's last data.
     */
    void chat(ServerResponse response, ChatRelay relay) throws IOException {
        byte[] first = relay.next();
        SseWriter sse = new SseWriter();
        try (OutputStream out = open(response)) {
            try {
                for (byte[] data = first; data != null; data = relay.next()) {
                    sse.data(data);
                    for (byte[] more; (more = relay.nextArrived()) != null;) {
                        sse.data(more);
                    }
                    write(out, sse);
                }
                write(out, sse.doneData());
            } catch (ModelException e) {
                LOG.log(Level.INFO, "chat completion broke off: {0}", e.getMessage());
                write(out, sse.data(ApiError.serverError(String.valueOf(e.getMessage())).toJson()));
            }
        }
    }

    private OutputStream open(ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache, no-transform");
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        response.header(HeaderValues.CONNECTION_CLOSE);
        return new PatientOutput(response.outputStream(), patience);
    }

    private static void write(OutputStream out, SseWriter sse) {
        try {
            out.write(sse.array(), 0, sse.size());
            out.flush();
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client is gone", e);
        }
        sse.clear();
    }
}
