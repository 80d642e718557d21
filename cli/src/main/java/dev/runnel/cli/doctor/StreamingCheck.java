package dev.runnel.cli.doctor;

import dev.runnel.client.ApiException;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import java.util.Locale;

/** Checks whether a reply is streamed: it times the events of a short one. */
final class StreamingCheck {
    private static final String PROMPT = "Count from 1 to 40 in digits, with spaces between them, and say nothing else.";

    /** Enough events for a verdict. The rest is not read, which ends the model call. */
    private static final int EVENTS = 64;

    private static final int FEWEST = 5;
    private static final double NANOS = 1e6;

    /** A wait before the first event that is long enough for the others to have come one by one meanwhile. */
    private static final long LONG_WAIT_MILLIS = 200;

    /** Of the whole time, the part in which events came; less is a burst. */
    private static final double BURST = 0.05;

    private static final int LONG_TEXT = 24;

    private final RunnelClient client;
    private final Subject subject;
    private final String model;
    private boolean answered;

    StreamingCheck(RunnelClient client, Subject subject, String model) {
        this.client = client;
        this.subject = subject;
        this.model = model;
    }

    /** Times in milliseconds from the request on. */
    private record Timing(int events, int letters, double first, double last, double longestGap) {
        /** A model that had to be loaded first waits too; so only a reply that does it twice is held back. */
        boolean isBurst() {
            return events >= FEWEST && last >= LONG_WAIT_MILLIS && last - first < BURST * last;
        }
    }

    Finding run() {
        try {
            Timing timing = timed();
            if (timing.isBurst()) {
                timing = timed();
            }
            answered = timing.events > 0;
            return judged(timing);
        } catch (ApiException e) {
            return e.status() == 401 ? ModelsCheck.refused(subject)
                    : Finding.wrong("streaming", "no reply: " + e.getMessage(), e.status() == 429
                            ? "wait, or look at the account's quota"
                            : "the server's log has more" + e.requestId().map(id -> ", under " + id).orElse(""));
        } catch (RunnelException e) {
            return Finding.wrong("streaming", String.valueOf(e.getMessage()),
                    "the server, or a proxy before it, does not stream or gives up too early");
        }
    }

    /** Whether the model answered, streamed or not. */
    boolean answered() {
        return answered;
    }

    private Timing timed() {
        long start = System.nanoTime();
        int events = 0;
        int letters = 0;
        long first = 0;
        long last = 0;
        long gap = 0;
        ChatRequest request = ChatRequest.builder(model, List.of(ChatMessage.user(PROMPT))).build();
        try (ChatStream stream = client.chat().stream(request)) {
            for (ChatChunk chunk; events < EVENTS && (chunk = stream.next()) != null;) {
                if (isEmpty(chunk)) {
                    continue;
                }
                long now = System.nanoTime() - start;
                gap = events == 0 ? 0 : Math.max(gap, now - last);
                first = events == 0 ? now : first;
                last = now;
                events++;
                letters += chunk.text().length();
            }
        }
        return new Timing(events, letters, first / NANOS, last / NANOS, gap / NANOS);
    }

    /** The first chunk often has no text, only the beginning, and the last ones only the end. */
    private static boolean isEmpty(ChatChunk chunk) {
        return chunk.choices().stream().allMatch(choice -> choice.delta().content().isEmpty()
                && choice.delta().reasoning().isEmpty() && choice.delta().refusal().isEmpty());
    }

    private static Finding judged(Timing t) {
        if (t.events == 0) {
            return Finding.wrong("streaming", "the reply was empty", "try another model, or look at the server's log");
        }
        if (t.events == 1 && t.letters > LONG_TEXT) {
            return Finding.wrong("streaming", "the whole reply came as one event" + after(t.first),
                    "the server does not stream, although it says so");
        }
        if (t.isBurst()) {
            return Finding.wrong("streaming",
                    "all " + t.events + " events came at once, within " + millis(t.last - t.first) + after(t.first),
                    "a proxy on the way holds the reply back: turn its buffering off (nginx: proxy_buffering off)");
        }
        return Finding.fine("streaming", t.events + (t.events == 1 ? " event, the first" : " events, the first")
                + after(t.first)
                + (t.events == 1 ? ""
                        : ", then one every " + millis((t.last - t.first) / (t.events - 1))
                                + ", the longest wait " + millis(t.longestGap)));
    }

    private static String after(double millis) {
        return " after " + millis(millis);
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
