package dev.runnel.client;

import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream that you pull: {@link #next} blocks until an element arrives, and returns null at the end. One thread reads a stream. Close it
 * when you are done. Any thread may close it, at any time and more than once; closing returns at once.
 *
 * @param <T> the type of the elements
 */
public abstract sealed class EventStream<T> implements Iterable<T>, AutoCloseable permits ChatStream, ResumableStream {

    EventStream() {}

    /**
     * The next element, or null at the stream's regular end.
     *
     * @throws BrokenStreamException if the stream broke off before its end
     * @throws ApiException if the server reported an error inside the stream
     * @throws ClosedStreamException if the stream was closed meanwhile, or if the thread was interrupted
     */
    public abstract @Nullable T next();

    /** Ends the stream at once; a read under way fails with {@link ClosedStreamException}. */
    @Override
    public abstract void close();

    /**
     * Checks how the stream ended, after its end.
     *
     * @throws RunFailedException if it is the stream of a run that failed, and the options ask for this exception
     * @throws ResponseFailedException if it is that of a response
     */
    void checkEnd() {}

    /** Reads to the end. */
    final void drain() {
        while (next() != null) {
            // The fold keeps it.
        }
    }

    /** A text for each element that has one. */
    final Iterable<String> texts(Function<T, String> text) {
        return () -> {
            Iterator<T> elements = iterator();
            return new Pulled<>(() -> {
                while (elements.hasNext()) {
                    String said = text.apply(elements.next());
                    if (!said.isEmpty()) {
                        return said;
                    }
                }
                checkEnd();
                return null;
            });
        };
    }

    /** Iterates over the elements that have not been read yet. The iterator throws what {@link #next} throws. */
    @Override
    public Iterator<T> iterator() {
        return new Pulled<>(this::next);
    }
}
