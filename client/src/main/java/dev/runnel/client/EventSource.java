package dev.runnel.client;

import dev.runnel.client.exchange.Answers;
import dev.runnel.client.exchange.NetworkFaults;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.sse.SseEvent;
import dev.runnel.protocol.sse.SseLimitException;
import dev.runnel.protocol.sse.SseParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response. Pulled by one thread; closed by any. It keeps the count and the position for the error of a
 * broken stream, and the body's first bytes to quote a body that is no event stream.
 */
final class EventSource implements AutoCloseable {
    private static final int MIN_BUFFER_BYTES = 512;
    private static final int MAX_BUFFER_BYTES = 16 * 1024;
    private static final int HEAD_BYTES = 16 * 1024;

    /** White space, and the bytes of a byte order mark. */
    private static final String BEFORE_JSON = " \t\r\n\u00EF\u00BB\u00BF";

    /** The type of an event that stands for the whole body: JSON instead of a stream. */
    static final String WHOLE_BODY = "\0whole body";

    /** Smaller events are not counted against the budget. */
    private static final int COUNTED_BYTES = 64 * 1024;

    private final Transport.Response response;
    private final SseParser parser;
    private final ByteBudget.Share share;

    /** Grows while reads fill it: most streams bring one event at a time, and there may be thousands of streams. */
    private byte[] buffer = new byte[MIN_BUFFER_BYTES];
    private byte[] head = {};
    private volatile boolean closed;
    private boolean ended;
    private long events;
    private long position;
    private int counted;

    /** Whether it is still open if the body is a stream of events. */
    private boolean undecided;

    /** The body, if it is JSON. */
    private @Nullable ByteArrayOutputStream whole;

    EventSource(Transport.Response response, ByteBudget budget) {
        this(response, new SseParser(), budget, false);
    }

    private EventSource(
            Transport.Response response, SseParser parser, ByteBudget budget, boolean undecided) {
        this.response = response;
        this.parser = parser;
        this.share = budget.share();
        this.undecided = undecided;
    }

    /**
     * The events of a model server: with errors in the forms that model servers use, and with a JSON body as one event {@link
     * #WHOLE_BODY}.
     */
    static EventSource ofModelServer(Transport.Response response, ByteBudget budget) {
        return new EventSource(response, SseParser.takingErrorLines(), budget, true);
    }

    /** The next event, or null at the end of the body. */
    @Nullable
    SseEvent next() {
        if (ended) {
            return null;
        }
        if (closed || Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedStreamException("the stream was closed before its end", null);
        }
        try {
            SseEvent event;
            while ((event = nextArrived()) == null) {
                countHeld();
                int n = response.read(buffer);
                if (n < 0) {
                    ended = true;
                    return counted(whole == null
                            ? parser.finish()
                            : new SseEvent(WHOLE_BODY, whole.toByteArray(), null));
                }
                keepHead(n);
                if (undecided) {
                    decide(n);
                }
                if (whole != null) {
                    keepWhole(whole, n);
                    continue;
                }
                parser.feed(buffer, 0, n);
                if (n == buffer.length && n < MAX_BUFFER_BYTES) {
                    buffer = new byte[n * 2]; // the parser keeps the old one until it has read it
                }
            }
            return event;
        } catch (IOException e) {
            boolean byCaller = closed || NetworkFaults.isInterrupt(e);
            close();
            if (byCaller) {
                throw new ClosedStreamException("the stream was closed while it was being read", e);
            }
            throw broken(NetworkFaults.describe(e), e);
        }
    }

    /** No line of a stream begins with a brace. */
    private void decide(int n) {
        for (int i = 0; i < n && undecided; i++) {
            if (BEFORE_JSON.indexOf(buffer[i] & 0xFF) < 0) {
                undecided = false;
                whole = buffer[i] == '{' ? new ByteArrayOutputStream() : null;
            }
        }
    }

    private void keepWhole(ByteArrayOutputStream body, int n) {
        if (body.size() + n > SseParser.DEFAULT_MAX_EVENT_BYTES) {
            close();
            throw broken("its JSON is larger than the limit of " + SseParser.DEFAULT_MAX_EVENT_BYTES + " bytes", null);
        }
        body.write(buffer, 0, n);
    }

    /** Takes room in the budget for the bytes of a large event, until the next read after it. */
    private void countHeld() {
        int held = whole == null ? parser.heldBytes() : whole.size();
        if (held < COUNTED_BYTES && counted == 0) {
            return;
        }
        boolean room = true;
        synchronized (share) {
            if (held > counted && !closed) {
                room = share.take(held - counted);
            } else if (held < counted) {
                share.giveBack(counted - held);
            }
            counted = held;
        }
        if (!room) {
            close();
            throw Requester.noRoom(response);
        }
    }

    /** The next event if its bytes have arrived already; null if not. Never waits. */
    @Nullable
    SseEvent nextArrived() {
        try {
            return ended ? null : counted(parser.next());
        } catch (SseLimitException e) {
            close();
            throw broken(e.getMessage(), e);
        }
    }

    private @Nullable SseEvent counted(@Nullable SseEvent event) {
        if (event != null) {
            count(event);
        }
        return event;
    }

    private void keepHead(int n) {
        if (events == 0 && head.length < HEAD_BYTES) {
            int kept = head.length;
            int more = Math.min(n, HEAD_BYTES - kept);
            head = Arrays.copyOf(head, kept + more);
            System.arraycopy(buffer, 0, head, kept, more);
        }
    }

    private void count(SseEvent event) {
        events++;
        head = new byte[0];
        String id = event.id();
        if (id != null) {
            try {
                position = Long.parseLong(id);
            } catch (NumberFormatException e) {
                // An id of another kind: this server does not number its events.
                position = 0;
            }
        }
    }

    /** An error for a body that ended too early: the server's own error if the server sent one instead of a stream. */
    RunnelException endedEarly(String reason) {
        if (events > 0 || !quotedHead().startsWith("{")) {
            return broken(reason, null);
        }
        try {
            Optional<ApiError> error = ChatJson.errorIn(head);
            if (error.isPresent()) {
                return new ApiException(200, error.get(), requestId(), null, false);
            }
        } catch (JsonException e) {
            // Too long, or cut: it is quoted.
        }
        return new BrokenStreamException(
                "the server answered with JSON instead of a stream: " + quotedHead(), position, 0, null, null);
    }

    private String quotedHead() {
        return new String(head, StandardCharsets.UTF_8).isBlank() ? "" : Answers.quoted(response, head);
    }

    /** An error for a stream that ended too early. It names the last position. */
    BrokenStreamException broken(@Nullable String reason, @Nullable Throwable cause) {
        String text = quotedHead();
        String stray = parser.strayLine();
        String after = events > 0
                ? "after " + events + " events" + (stray.isEmpty() ? "" : ", having sent: " + stray)
                : text.isEmpty() ? "before any event" : "before any event, having sent: " + text;
        OptionalLong retry = parser.retryMillis();
        return new BrokenStreamException("the stream broke off " + after + ": " + reason, position, events, null,
                retry.isPresent() ? Duration.ofMillis(retry.getAsLong()) : null, cause);
    }

    @Nullable
    String requestId() {
        return response.header("x-request-id").orElse(null);
    }

    /** Whether no event has come yet. */
    boolean isEmpty() {
        return events == 0;
    }

    /** The sequence number of the last event; 0 if there is none. */
    long position() {
        return position;
    }

    /** Sets the position: where a stream begins, or the number of an event that has it in its data. */
    EventSource at(long number) {
        position = number;
        return this;
    }

    @Override
    public void close() {
        synchronized (share) {
            closed = true;
            share.close();
        }
        response.close();
    }
}
