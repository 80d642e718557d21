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
        List<ResponseItem> items = new ArrayList<>();
        for (ThreadEntry entry : entries) {
            List<ResponseItem> own = shown.of(entry);
            items.addAll(page.ascending() ? own : own.reversed());
        }
        return cut(items, after, page.limit());
    }

    /** A page of items that are all there. */
    public static ItemList of(List<ResponseItem> all, PageRequest page) {
        return cut(page.ascending() ? all : all.reversed(), Optional.ofNullable(page.after()), page.limit());
    }

    private static ItemList cut(List<ResponseItem> items, Optional<String> after, int limit) {
        int from = 0;
        if (after.isPresent()) {
            from = items.stream().map(ResponseItem::id).toList().indexOf(after.get()) + 1;
            if (from == 0) {
                throw RejectedException.unknownCursor("after", after.get());
            }
        }
        int to = Math.min(items.size(), from + limit);
        return ItemList.of(items.subList(from, to), to < items.size());
    }
}
