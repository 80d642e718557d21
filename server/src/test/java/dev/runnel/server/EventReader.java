package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads an event stream one event at a time, by a parser of its own: what the server writes is not judged by its own code. */
final class EventReader implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;
    private final List<String> comments = new ArrayList<>();

    EventReader(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** One event; of several {@code data} lines none is expected. */
    record Event(@Nullable String id, @Nullable String event, String data) {
        String name() {
            return String.valueOf(event);
        }

        JsonNode json() {
            return Answer.tree(data);
        }

        long seq() {
            return Long.parseLong(String.valueOf(id));
        }
    }

    /** The next event, or null when the server has closed the connection. */
    @Nullable
    Event next() {
        String id = null;
        String event = null;
        String data = null;
        try {
            for (String line; (line = lines.readLine()) != null;) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.startsWith(":")) {
                    comments.add(line);
                } else if (line.isEmpty() && data != null) {
                    return new Event(id, event, data);
                } else {
                    throw new AssertionError("a line that does not belong into a stream: '" + line + "'");
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events up to the first of this name, and it. */
    List<Event> until(String name) {
        return until(event -> event.name().equals(name));
    }

    List<Event> until(Predicate<Event> last) {
        List<Event> events = new ArrayList<>();
        for (Event event; (event = next()) != null;) {
            events.add(event);
            if (last.test(event)) {
                return events;
            }
        }
        throw new AssertionError("the stream ended after " + names(events));
    }

    /** All events until the server closes the connection. */
    List<Event> rest() {
        List<Event> events = new ArrayList<>();
        for (Event event; (event = next()) != null;) {
            events.add(event);
        }
        return events;
    }

    /** The comments read so far. */
    List<String> comments() {
        return List.copyOf(comments);
    }

    static List<String> names(List<Event> events) {
        return events.stream().map(Event::name).toList();
    }

    /** The only event of this name. */
    static Event only(List<Event> events, String name) {
        List<Event> found = events.stream().filter(event -> event.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(name + " not once in " + names(events));
        }
        return found.getFirst();
    }

    /** The text that the message deltas add up to. */
    static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event.name().equals("thread.message.delta")) {
                text.append(event.json().at("/delta/content/0/text/value").asText());
            }
        }
        return text.toString();
    }

    /** Hangs up. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
