package dev.runnel.server.http.responses.items;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.store.rows.StepNotes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a finished file search: its query, and the passages that it has found. */
public final class FoundParts {
    private FoundParts() {}

    public static List<String> queries(StepToolCall call, @Nullable StepNotes notes) {
        StepNotes.ServedCall served = notes == null ? null : notes.served().get(call.id());
        if (served == null) {
            return List.of();
        }
        try {
            String query = JsonValue.parse(served.arguments()).get("query").text();
            return query.isEmpty() ? List.of() : List.of(query);
        } catch (JsonException e) {
            return List.of(); // the model wrote no JSON
        }
    }

    public static List<ResponseItem.Found> results(StepToolCall.FileSearch call, @Nullable StepNotes notes) {
        StepNotes.ServedCall served = notes == null ? null : notes.served().get(call.id());
        JsonValue whole = served == null ? null : served.whole();
        List<JsonValue> contents = whole == null ? List.of() : whole.get("results").elements();
        List<StepToolCall.FileSearch.Result> results = call.fileSearch().results();
        List<ResponseItem.Found> found = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            StringBuilder text = new StringBuilder();
            if (i < contents.size()) {
                contents.get(i).get("content").elements().forEach(part -> text.append(part.get("text").text()));
            }
            found.add(new ResponseItem.Found(
                    results.get(i).fileId(), results.get(i).fileName(), results.get(i).score(), text.toString(),
                    JsonValue.EMPTY_OBJECT));
        }
        return found;
    }
}
