package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data of a run that must be kept but is not shown: the run was begun through another API than the Assistants API. Such a
 * run sees the whole thread, with its calls of functions, and ends when its model calls functions.
 *
 * @param asked what that API's request said, as the API shows it
 * @param input the ids of the messages and extras that the request brought, in order
 * @param truncates whether the prompt may be shortened to fit the model's window
 * @param maxToolCalls how many calls of the server's own tools are carried out; null for any number
 * @param ownThread whether the thread was made for the run
 * @param hidden whether that API no longer shows the run
 */
public record RunNotes(JsonValue asked, List<String> input, boolean truncates, @Nullable Long maxToolCalls,
        boolean ownThread, boolean hidden) {
    /** Makes absent input empty. */
    public RunNotes {
        input = copy(input);
    }

    private static List<String> copy(@Nullable List<String> input) {
        return input == null ? List.of() : List.copyOf(input);
    }

    /** The same notes on a run that that API no longer shows. */
    public RunNotes hide() {
        return new RunNotes(asked, input, truncates, maxToolCalls, ownThread, true);
    }
}
