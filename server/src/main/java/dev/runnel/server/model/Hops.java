package dev.runnel.server.model;

import dev.runnel.server.base.Answering;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Through how many Runnel servers a request has come. Two in a row are a set-up; a model URL that leads back to where the request came
 * from is a circle, in which each request would become another one until memory is gone.
 */
public final class Hops {
    /** The header that tells the number. */
    public static final String HEADER = "Runnel-Hops";

    /** More servers than anybody puts in a row. */
    public static final int MAX = 4;

    private static final ScopedValue<Integer> COME = ScopedValue.newInstance();

    private Hops() {}

    /** How many servers the value of the header tells of; 0 if it is absent or no number. */
    public static int read(@Nullable String header) {
        return header == null || !header.strip().matches("[0-9]{1,6}") ? 0 : Integer.parseInt(header.strip());
    }

    /** Serves a request that has come through so many servers: the model calls that are made meanwhile tell of one more. */
    public static void serve(int hops, Answering request) throws IOException, InterruptedException {
        request.within(ScopedValue.where(COME, hops));
    }

    /** The header for a model call on this thread. */
    static Map<String, String> header() {
        return Map.of(HEADER, Integer.toString((COME.isBound() ? COME.get() : 0) + 1));
    }
}
