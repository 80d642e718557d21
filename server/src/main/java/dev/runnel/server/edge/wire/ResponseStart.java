package dev.runnel.server.edge.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A response's status and headers until the response begins. For one thread. */
public final class ResponseStart {
    private final List<String> headers = new ArrayList<>();
    private final List<Runnable> beforeBegin = new ArrayList<>();
    private int status;

    /** Sets a header; the name's case does not matter. */
    public void set(String name, String value) {
        if (begun()) {
            throw new IllegalStateException("the response was begun");
        }
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase(name)) {
                headers.set(i + 1, value);
                return;
            }
        }
        headers.add(name);
        headers.add(value);
    }

    /** A header's value; null if it is not set. */
    public @Nullable String get(String name) {
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase(name)) {
                return headers.get(i + 1);
            }
        }
        return null;
    }

    /** Has an action run right before the response begins. */
    public void beforeBegin(Runnable action) {
        beforeBegin.add(action);
    }

    /** Runs the actions that may still set headers. */
    public void prepare() {
        beforeBegin.forEach(Runnable::run);
    }

    /** Fixes status and headers. */
    public void begin(int withStatus) {
        status = withStatus;
    }

    /** Whether status and headers are fixed. */
    public boolean begun() {
        return status != 0;
    }

    /** The status; 0 if it is not fixed yet. */
    public int status() {
        return status;
    }

    /** Whether a response of this status may have a body. */
    public static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    /** Passes each header on, with control characters in its value replaced, so that the value cannot end the header. */
    public void forEach(BiConsumer<String, String> header) {
        for (int i = 0; i < headers.size(); i += 2) {
            header.accept(headers.get(i), oneLine(headers.get(i + 1)));
        }
    }

    private static String oneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) == 0x7f) {
                return value.replaceAll("[\\x00-\\x1f\\x7f]", " ");
            }
        }
        return value;
    }
}
