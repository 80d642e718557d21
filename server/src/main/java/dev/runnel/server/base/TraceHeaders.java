package dev.runnel.server.base;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers by which a request says which trace it belongs to, as of W3C Trace Context. A request brings them, and the
 * calls of model servers that are made for it carry them on.
 *
 * @param parent the value of {@code traceparent}
 * @param state the value of {@code tracestate}; empty if there is none
 */
public record TraceHeaders(String parent, String state) {
    /** The name of the header with the trace and the caller's span. */
    public static final String PARENT = "traceparent";

    /** The name of the header with what tracing systems add for themselves. */
    public static final String STATE = "tracestate";

    private static final int MAX_STATE = 512;

    /** Version 00; a later version may have more after the flags. */
    private static final Pattern VALID = Pattern
            .compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,100})?");

    private static final ScopedValue<TraceHeaders> CURRENT = ScopedValue.newInstance();

    /**
     * The headers of a request. Empty if it has none, or one that is not valid: such a request begins a trace of its own. A state of more
     * than 512 characters is left out.
     */
    public static Optional<TraceHeaders> read(@Nullable String parent, @Nullable String state) {
        if (parent == null || !VALID.matcher(parent.strip()).matches()) {
            return Optional.empty();
        }
        String kept = state == null || state.length() > MAX_STATE ? "" : state.strip();
        return Optional.of(new TraceHeaders(parent.strip(), kept));
    }

    /** The headers for what this thread does now; empty if it belongs to no trace. */
    public static Optional<TraceHeaders> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /**
     * The scope of a request, with the headers that it has.
     *
     * @param header finds a header of the request by its name
     * @param scope what else the scope has
     */
    public static ScopedValue.Carrier scope(Function<String, Optional<String>> header, ScopedValue.Carrier scope) {
        return read(header.apply(PARENT).orElse(null), header.apply(STATE).orElse(null))
                .map(headers -> scope.where(CURRENT, headers)).orElse(scope);
    }

    /** Works under these headers. */
    public <R, X extends Throwable> R work(ScopedValue.CallableOp<R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }

    /** By their names. */
    public Map<String, String> byName() {
        return state.isEmpty() ? Map.of(PARENT, parent) : Map.of(PARENT, parent, STATE, state);
    }
}
