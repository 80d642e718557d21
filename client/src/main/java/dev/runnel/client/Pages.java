package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.Paths;
import dev.runnel.protocol.Page;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A list on the server. It is fetched page by page while you read it: newest first and 20 objects a page by default. Each iteration
 * fetches it anew. Immutable and thread-safe; an iterator is for one thread.
 *
 * <pre>{@code
 * for (Message message : client.messages().list(threadId).oldestFirst()) { … }
 * }</pre>
 *
 * @param <T> the type of the objects
 */
public final class Pages<T> implements Iterable<T> {
    private static final int DEFAULT_LIMIT = 20;

    private final Requester requester;
    private final String path;
    private final Class<T> type;
    private final boolean ascending;
    private final int limit;
    private final @Nullable String after;

    private Pages(
            Requester requester, String path, Class<T> type, boolean ascending, int limit, @Nullable String after) {
        this.requester = requester;
        this.path = path;
        this.type = type;
        this.ascending = ascending;
        this.limit = limit;
        this.after = after;
    }

    static <T> Pages<T> of(Requester requester, String path, Class<T> type) {
        return new Pages<>(requester, path, type, false, DEFAULT_LIMIT, null);
    }

    /** The same list in the order of creation. */
    public Pages<T> oldestFirst() {
        return new Pages<>(requester, path, type, true, limit, after);
    }

    /** The same list with so many objects a page: 1 to 100, for files 1 to 10,000. */
    public Pages<T> pagesOf(int objects) {
        return new Pages<>(requester, path, type, ascending, objects, after);
    }

    /** The same list, beginning after the object with this id. */
    public Pages<T> after(String id) {
        return new Pages<>(requester, path, type, ascending, limit, id);
    }

    /** The first page alone. */
    public Page<T> page() {
        return page(after);
    }

    private Page<T> page(@Nullable String from) {
        String query = (path.indexOf('?') < 0 ? "?" : "&") + "limit=" + limit + "&order=" + (ascending ? "asc" : "desc")
                + (from == null ? "" : "&after=" + Paths.segment(from));
        return requester.ask(Call.get(path + query), body -> Paths.page(body, type));
    }

    @Override
    public Iterator<T> iterator() {
        return new Pulled<>(new Walk()::next);
    }

    /** All objects. The stream fetches further pages while it runs. */
    public Stream<T> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    private final class Walk {
        private final Deque<T> fetched = new ArrayDeque<>();
        private @Nullable String from = after;
        private boolean more = true;

        @Nullable
        T next() {
            if (fetched.isEmpty() && more) {
                Page<T> page = page(from);
                fetched.addAll(page.data());
                from = page.lastId();
                more = page.hasMore() && from != null;
            }
            return fetched.poll();
        }
    }
}
