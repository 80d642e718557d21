package dev.runnel.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An iterator over the elements of a source, which ends at null. For one thread. */
final class Pulled<T> implements Iterator<T> {
    private final Supplier<@Nullable T> source;
    private @Nullable T ahead;
    private boolean ended;

    Pulled(Supplier<@Nullable T> source) {
        this.source = source;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null && !ended) {
            ahead = source.get();
            ended = ahead == null;
        }
        return ahead != null;
    }

    @Override
    public T next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException("nothing is left");
        }
        T element = ahead;
        ahead = null;
        return element;
    }
}
