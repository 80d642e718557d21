package dev.runnel.server.http.responses.items;

import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.responses.ItemList;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.runs.ThreadContents;
import dev.runnel.server.store.rows.ThreadEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pages of items. */
public final class ItemPages {
    private ItemPages() {}

    /** A page of a thread's items. */
    public static ItemList of(
            ThreadContents contents, Project project, String threadId, PageRequest page, ThreadItems shown) {
        Optional<String> after = Optional.ofNullable(page.after());
        // The cursor's own entry comes too: it may have more items. One more tells whether there is another page.
        List<ThreadEntry> entries = contents.read(
                project, threadId, after.map(ItemIds::entry), page.ascending(), page.limit() + 2);
        return cut(entries, page, shown);
    }

    /** A page of a thread's items that are all there, oldest first. */
    public static ItemList of(
            ThreadContents contents, String threadId, List<ThreadEntry> all, PageRequest page, ThreadItems shown) {
        List<ThreadEntry> entries = page.ascending() ? all : all.reversed();
        String after = page.after();
        if (after == null) {
            return cut(entries, page, shown);
        }
        ThreadEntry.Place from = contents.cursor(threadId, ItemIds.entry(after))
                .orElseThrow(() -> RejectedException.unknownCursor("after", after));
        return cut(entries.stream().dropWhile(entry -> page.ascending()
                ? entry.place().compareTo(from) < 0
                : entry.place().compareTo(from) > 0).toList(), page, shown);
    }

    /** @param entries with the cursor's own entry first, unless that was deleted */
    private static ItemList cut(List<ThreadEntry> entries, PageRequest page, ThreadItems shown) {
        List<ResponseItem> items = new ArrayList<>();
        for (ThreadEntry entry : entries) {
            List<ResponseItem> own = shown.of(entry);
            items.addAll(page.ascending() ? own : own.reversed());
        }
        String after = page.after();
        int from = 0;
        if (after != null && !entries.isEmpty() && entries.getFirst().id().equals(ItemIds.entry(after))) {
            from = items.stream().map(ResponseItem::id).toList().indexOf(after) + 1;
            if (from == 0) {
                throw RejectedException.unknownCursor("after", after);
            }
        }
        int to = Math.min(items.size(), from + page.limit());
        return ItemList.of(items.subList(from, to), to < items.size());
    }
}
