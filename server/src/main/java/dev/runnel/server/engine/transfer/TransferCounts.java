package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.rows.TransferStore.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static java.util.Map.entry;

/** How many objects of each kind were exported or imported. Not thread-safe. */
public final class TransferCounts {
    private static final Map<Table, String> ONE = Map.ofEntries(
            entry(Table.ASSISTANTS, "assistant"), entry(Table.FILES, "file"),
            entry(Table.VECTOR_STORES, "vector store"), entry(Table.STORE_FILES, "vector store file"),
            entry(Table.THREADS, "thread"), entry(Table.MESSAGES, "message"), entry(Table.RUNS, "run"),
            entry(Table.STEPS, "run step"), entry(Table.THREAD_EXTRAS, "other item"),
            entry(Table.RUN_NOTES, "response"), entry(Table.STEP_NOTES, "step note"));

    private final Map<Table, Integer> objects = new EnumMap<>(Table.class);
    private int filesWithoutContent;

    void count(Table table) {
        objects.merge(table, 1, Integer::sum);
    }

    void countFileWithoutContent() {
        filesWithoutContent++;
    }

    /** The number of files without content. */
    public int filesWithoutContent() {
        return filesWithoutContent;
    }

    /** The counts as the last line of an export has them. */
    ObjectNode toJson() {
        ObjectNode json = Json.object();
        objects.forEach((table, count) -> json.put(table.name().toLowerCase(Locale.ROOT), count));
        return json;
    }

    /** In words: {@code 1 assistant, 2 threads}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        objects.forEach((table, count) -> words.add(count + " " + ONE.get(table) + (count == 1 ? "" : "s")));
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }
}
