package dev.runnel.server.http.responses.requests;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunRequest;
import dev.runnel.server.engine.turns.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a response.
 *
 * @param run the options of the run
 * @param input what it brings
 * @param previous the response that it goes on from
 * @param conversation the conversation that it belongs to
 * @param maxToolCalls how many calls of the server's own tools are carried out; null for any number
 * @param asked what it says besides the run's options
 */
public record ResponseRequest(
        RunRequest run, List<Turn.Input> input, @Nullable String previous, @Nullable String conversation,
        JsonValue asked, boolean truncates, @Nullable Long maxToolCalls, boolean stream, boolean background,
        boolean store) {}
