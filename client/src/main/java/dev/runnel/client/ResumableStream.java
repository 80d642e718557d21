package dev.runnel.client;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of numbered events that goes on after a break of the connection: it re-attaches exactly after the last event that is
 * in its fold. An event that the caller had already goes only into the fold.
 *
 * @param <E> the type of the events
 */
public abstract sealed class ResumableStream<E> extends EventStream<E> permits RunStream, ResponseStream {
    private final int tries;

    /** The number of no event: one less than that of the first one. */
    private final long none;

    private final Abortable waits = new Abortable();

    /** The caller knows the events up to this number: they only go into the fold. */
    private long taken;

    private volatile long lastEventId;

    /** The number of the last event in the fold, which may be lower than that of the caller's last event. */
    private long folded;

    private volatile boolean closed;
    private volatile @Nullable EventFeed<E> feed;
    private boolean ended;
    private @Nullable Throwable failure;
    private int resumed;

    /**
     * A stream from its beginning.
     *
     * @param tries how many times in a row, without an event in between, it re-attaches
     * @param none the number of no event
     * @param taken the number of the last event that the caller knows
     */
    ResumableStream(int tries, long none, EventFeed<E> first, long taken) {
        this.tries = tries;
        this.none = none;
        this.feed = first;
        this.taken = taken;
        this.lastEventId = taken;
        this.folded = none;
    }

    /** Applies an event to the fold. */
    abstract void fold(E event);

    /** The caller gets an event for the first time. */
    void isNews() {}

    /** Whether the object that the stream tells of is known, so that it can be re-attached to. */
    abstract boolean isKnown();

    /** Whether a stream that broke off here can go on. */
    abstract boolean canResume();

    /** Waits before re-attaching after a failure; false if another try would come too late. */
    abstract boolean pause(RunnelException reason, int retry);

    /** The events after this number. */
    abstract EventFeed<E> attach(long after);

    /** Sends the request that creates the object again: its key makes it the same object. */
    abstract EventFeed<E> createAgain();

    /** Whether the stream goes on after the object came to rest. If so, the feed has been replaced, or is to be re-attached. */
    abstract boolean goesOn();

    /** The same break, with the place where it was. */
    abstract BrokenStreamException located(BrokenStreamException broken);

    /** After a failure it always fails: going on could create a second object. */
    @Override
    public final @Nullable E next() {
        if (failure instanceof RuntimeException again) {
            throw again;
        } else if (failure instanceof Error again) {
            throw again;
        }
        try {
            return nextNew();
        } catch (RuntimeException | Error e) {
            failure = e;
            letGo();
            throw e;
        }
    }

    private @Nullable E nextNew() {
        while (!ended) {
            E event = pull();
            if (event == null) {
                ended = !goesOn();
            } else if (isNew(event)) {
                return event;
            }
        }
        return null;
    }

    private @Nullable E pull() {
        while (true) {
            try {
                EventFeed<E> from = feed;
                return from == null ? reattached().next() : from.next();
            } catch (BrokenStreamException e) {
                if (!canResume() || !isWorthAnotherTry(e)) {
                    throw located(e);
                }
            } catch (ConnectionException | ApiException e) {
                if (!e.isRetrySafe() || !isWorthAnotherTry(e)) {
                    throw e;
                }
            }
        }
    }

    /** Whether to re-attach after a failure. If so, it has already waited. */
    final boolean isWorthAnotherTry(RunnelException e) {
        letGo();
        return ++resumed <= tries && waiting(() -> pause(e, resumed - 1));
    }

    private EventFeed<E> reattached() {
        if (!isKnown()) {
            taken = lastEventId; // the stream comes again from its beginning
            return use(waiting(this::createAgain));
        }
        return use(waiting(() -> attach(folded)));
    }

    /** Makes a call that closing the stream ends. */
    final <T> T waiting(Supplier<T> blocking) {
        return waits.call(blocking);
    }

    /** Reads on from another feed. */
    final EventFeed<E> use(EventFeed<E> next) {
        feed = next;
        if (closed) {
            next.close();
        }
        return next;
    }

    /** Reads on from another object's first event; the request that creates the object is yet to be sent. */
    final void startOver() {
        letGo();
        taken = none;
        lastEventId = none;
        folded = none;
    }

    private void letGo() {
        EventFeed<E> broken = feed;
        if (broken != null) {
            broken.close();
        }
        feed = null;
    }

    /** Applies the event to the fold, and returns whether it is new to the caller. */
    private boolean isNew(E event) {
        fold(event);
        EventFeed<E> from = feed;
        long number = from == null ? none : from.lastEventId();
        folded = number;
        boolean known = from != null && from.numbered() && number > none && number <= taken;
        if (!known) {
            resumed = 0;
            isNews();
            lastEventId = Math.max(lastEventId, number);
        }
        return !known;
    }

    /** The number of the last event that the caller got. For any thread. */
    final long lastNumber() {
        return lastEventId;
    }

    @Override
    public final void close() {
        closed = true;
        waits.abort();
        EventFeed<E> current = feed;
        if (current != null) {
            current.close();
        }
    }
}
