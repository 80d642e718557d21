package dev.runnel.server.base;

import java.io.IOException;

/** Knows the id of the request that a thread answers, so that log messages can name the request. */
public final class RequestId {
    private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private RequestId() {}

    /** The id of the request that this thread answers; {@code none} if it answers none. */
    public static String current() {
        return CURRENT.orElse("none");
    }

    /** Answers a request under its id. */
    public static void in(String id, Answering answering) throws IOException, InterruptedException {
        answering.within(ScopedValue.where(CURRENT, id));
    }
}
