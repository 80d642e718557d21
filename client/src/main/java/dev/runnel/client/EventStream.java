package dev.runnel.client;

import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is pulled: {@link #next} blocks until something arrives, and answers null at the end. Each stream is read by one
 * thread, and must be closed; closing is for any thread, at any moment, more than once, and returns at once.
 *
 * @param <T> what arrives
 */
public abstract sealed class EventStream<T> implements Iterable<T>, AutoCloseable permits ChatStream, RunStream {

    EventStream() {}

    /**
     * The next element, or null once the stream ended as it should.
     *
     * @throws BrokenStreamException if it ended before its end
     * @throws ApiException if the server reported an error inside the stream
     * @throws ClosedStreamException if it was closed meanwhile, or the thread interrupted
     */
    public abstract @Nullable T next();

    /** Ends the stream at once; a read under way fails with {@link ClosedStreamException}. */
    @Override
    public abstract void close();

    /**
     * Looks at how the stream ended, once it has.
     *
     * @throws RunFailedException if it is the stream of a run that failed, and that is to be thrown
     */
    void checkEnd() {}

    /** Reads to the end. */
    final void drain() {
        while (next() != null) {
            // The fold has it.
        }
    }

    /** What elements say, of those that say something. */
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

    /** Reads what has not been read yet. An error is thrown, never hidden as the end. */
    @Override
    public Iterator<T> iterator() {
        return new Pulled<>(this::next);
    }
}
