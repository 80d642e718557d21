package dev.runnel.server.log;

import dev.runnel.protocol.JsonValue;
import java.nio.charset.StandardCharsets;

/**
 * An event that a run's log keeps and the Assistants API has no name for: what a model thought, how far a tool has come. Another
 * encoding of the same log may show it. It must not follow an event at which the run rests.
 *
 * @param kind what it is, in lower case, words joined by dots
 * @param data what it says
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
