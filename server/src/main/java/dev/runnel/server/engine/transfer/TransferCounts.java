package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.rows.TransferStore.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many objects of each kind were exported or imported. Not thread-safe. */
public final class TransferCounts {
    private static final Map<Table, String> ONE = Map.of(
            Table.ASSISTANTS, "assistant", Table.FILES, "file", Table.VECTOR_STORES, "vector store", Table.STORE_FILES,
            "vector store file", Table.THREADS, "thread", Table.MESSAGES, "message",
            Table.RUNS, "run", Table.STEPS, "run step");

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
