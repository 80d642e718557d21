package dev.runnel.bench.relay;

import dev.runnel.bench.Stamp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The record of one stream of the load: when each token came, and how it ended. Looks for markers in the bytes
 * instead of parsing JSON, to add as little as possible to what is measured. Used by one thread.
 */
final class LoadStream {
    /** The start of a string value that is a token of the paced model; nothing else in either protocol has it. */
    private static final byte[] TOKEN_VALUE = ascii(":\" t");
    private static final byte[] NEXT_TOKEN = ascii(" t");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DELTA_EVENT = ascii("event: thread.message.delta");
    private static final byte[] DELTA_OF_RESPONSE = ascii("event: response.output_text.delta");
    private static final byte[] ERROR_EVENT = ascii("event: error");
    private static final byte[] FAILED_EVENT = ascii("event: thread.run.failed");
    private static final byte[] FAILED_RESPONSE = ascii("event: response.failed");
    private static final byte[] ERROR_DATA = ascii("data: {\"error\"");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] DONE = ascii("data: [DONE]");

    private final ResponseReader response = new ResponseReader(this::line);
    private final long[] arrivals;
    private final long[] stamps;
    private final long sentNanos;
    private long nowNanos;
    private int tokens;
    private int tokenEvents;
    private int events;
    private boolean tokensExpected = true;
    private boolean failing;
    private boolean done;
    private @Nullable String failure;

    /**
     * @param tokens    that are expected
     * @param sentNanos when the request was sent
     */
    LoadStream(int tokens, long sentNanos) {
        this.arrivals = new long[tokens];
        this.stamps = new long[tokens];
        this.sentNanos = sentNanos;
    }

    /** Bytes that have been read, and when. */
    void accept(ByteBuffer in, long nanos) {
        nowNanos = nanos;
        response.accept(in);
        if (response.status() != 200 && response.unfinishedLine().length() > 0) {
            fail("status " + response.status() + ": " + response.unfinishedLine());
        }
    }

    private void line(LineBuffer line) {
        if (response.status() != 200) {
            fail("status " + response.status() + ": " + line);
        } else if (line.length() == 0) {
            tokensExpected = true;
        } else if (line.matches(EVENT, 0)) {
            tokensExpected = line.matches(DELTA_EVENT, 0) || line.matches(DELTA_OF_RESPONSE, 0);
            failing = line.matches(ERROR_EVENT, 0) || line.matches(FAILED_EVENT, 0) || line.matches(FAILED_RESPONSE, 0);
        } else if (line.matches(DATA, 0)) {
            data(line);
        }
    }

    private void data(LineBuffer line) {
        events++;
        if (line.matches(DONE, 0)) {
            done = true;
        } else if (failing || line.matches(ERROR_DATA, 0)) {
            fail(line.toString());
        } else if (tokensExpected) {
            takeTokens(line);
        }
    }

    /** A server may put several of the model's tokens into one event. */
    private void takeTokens(LineBuffer line) {
        int found = line.find(TOKEN_VALUE, DATA.length);
        if (found < 0) {
            return;
        }
        tokenEvents++;
        int at = found + TOKEN_VALUE.length - NEXT_TOKEN.length;
        while (line.matches(NEXT_TOKEN, at)) {
            at += NEXT_TOKEN.length;
            int sign = endOfNumber(line, at);
            if (line.at(sign) != Stamp.SIGN) {
                fail("no stamp: " + line);
                return;
            }
            int end = endOfNumber(line, sign + 1);
            take((int) number(line, at, sign), number(line, sign + 1, end));
            at = end;
        }
    }

    private static int endOfNumber(LineBuffer line, int from) {
        int end = from;
        while (line.at(end) >= '0' && line.at(end) <= '9') {
            end++;
        }
        return end;
    }

    private static long number(LineBuffer line, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + line.at(i) - '0';
        }
        return number;
    }

    private void take(int token, long stamp) {
        if (token != tokens || token >= arrivals.length) {
            fail("token " + token + " came instead of " + tokens);
        } else if (stamp > nowNanos) {
            fail("the model's clock is not this one's");
        } else {
            arrivals[token] = nowNanos;
            stamps[token] = stamp;
            tokens++;
        }
    }

    /** The first failure counts. */
    void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** To be called when the connection has ended or nobody waits any longer. */
    void end() {
        if (!done) {
            fail("no terminal event");
        } else if (tokens < arrivals.length) {
            fail("only " + tokens + " tokens");
        }
    }

    boolean isOver() {
        return done || failure != null;
    }

    /** Whether all of the response has come, so that the connection can take another request. */
    boolean leavesConnection() {
        return done && failure == null && response.ended() && !response.closing();
    }

    /** Whether the rest of the response is still to come after the terminal event. */
    boolean isEnding() {
        return done && failure == null && !response.ended() && !response.closing();
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** When each token came, in order, as {@link System#nanoTime}. */
    long[] arrivals() {
        return Arrays.copyOf(arrivals, tokens);
    }

    /** When the model wrote each of them. */
    long[] stamps() {
        return Arrays.copyOf(stamps, tokens);
    }

    int tokens() {
        return tokens;
    }

    long sentNanos() {
        return sentNanos;
    }

    int tokenEvents() {
        return tokenEvents;
    }

    int events() {
        return events;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
