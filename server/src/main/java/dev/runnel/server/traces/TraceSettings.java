package dev.runnel.server.traces;

import java.net.URI;
import java.util.Map;

/**
 * Where traces go, and how many.
 *
 * @param collector its base URL, to which {@code /v1/traces} is appended
 * @param headers of each request to it, such as a key; they may be secret
 * @param service the name that the server has in traces
 * @param percent how many of a hundred traces are sent, 1 to 100. A trace that a request belongs to already is sent if its caller says so
 */
public record TraceSettings(URI collector, Map<String, String> headers, String service, int percent) {
    /** Keeps a copy of the headers. */
    public TraceSettings {
        headers = Map.copyOf(headers);
    }

    /** Shows no header: it may be a key. */
    @Override
    public String toString() {
        return service + " at " + collector.getHost();
    }
}
