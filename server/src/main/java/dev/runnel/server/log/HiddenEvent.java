package dev.runnel.server.log;

import dev.runnel.protocol.JsonValue;
import java.nio.charset.StandardCharsets;

/**
 * An event in a run's log that the Assistants API has no name for, such as a model's reasoning or a tool's progress.
 * Another encoding of the same log may show such an event. A hidden event must not follow an event at which the run
 * rests: its end, or {@code requires_action}.
 *
 * @param kind the kind of event: lower-case words joined by dots, at most 64 characters
 * @param data the event's content
 */
public record HiddenEvent(String kind, JsonValue data) {
    private static final int MAX_KIND = 64;

    /** Checks the kind. */
    public HiddenEvent {
        if (!kind.matches("[a-z][a-z_.]*") || kind.length() > MAX_KIND) {
            throw new IllegalArgumentException("not a kind of hidden event: '" + kind + "'");
        }
    }

    byte[] encoded() {
        return data.toString().getBytes(StandardCharsets.UTF_8);
    }
}
