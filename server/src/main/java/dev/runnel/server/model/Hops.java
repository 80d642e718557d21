package dev.runnel.server.model;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Counts the Runnel servers that a request has come through. Two servers in a row are a valid set-up. A model URL that
 * leads back to a server that the request came through makes a circle: each request would cause another one until
 * memory runs out.
 */
public final class Hops {
    /** The header that carries the count. */
    public static final String HEADER = "Runnel-Hops";

    /** A request that has come through this many servers is taken to run in a circle. */
    public static final int MAX = 4;

    private static final ScopedValue<Integer> COME = ScopedValue.newInstance();

    private Hops() {}

    /** The count in the header's value; 0 if the header is absent or not a number. */
    public static int read(@Nullable String header) {
        return header == null || !header.strip().matches("[0-9]{1,6}") ? 0 : Integer.parseInt(header.strip());
    }

    /**
     * The scope of a request that has come through this many servers: model calls in it carry a count that is one higher.
     *
     * @param scope what else the scope has
     */
    public static ScopedValue.Carrier scope(int hops, ScopedValue.Carrier scope) {
        return scope.where(COME, hops);
    }

    /** The same work for another thread: its model calls carry the count of this one. */
    public static <T> Callable<T> carried(Callable<T> work) {
        int hops = COME.isBound() ? COME.get() : 0;
        return () -> ScopedValue.where(COME, hops).call(work::call);
    }

    /** The header for a model call on this thread. */
    static Map<String, String> header() {
        return Map.of(HEADER, Integer.toString((COME.isBound() ? COME.get() : 0) + 1));
    }
}
