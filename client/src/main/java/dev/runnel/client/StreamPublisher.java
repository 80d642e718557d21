package dev.runnel.client;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a publisher. Each subscription opens its own stream and reads it on its own thread. It reads at most one element
 * more than the subscriber requested, so back pressure reaches the server's socket. Cancelling closes the connection; it never
 * interrupts the subscriber. Thread-safe.
 */
final class StreamPublisher<T> implements Flow.Publisher<T> {
    private final Supplier<? extends EventStream<T>> open;
    private final Async async;

    StreamPublisher(Supplier<? extends EventStream<T>> open, Async async) {
        this.open = open;
        this.async = async;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        new Delivery(Objects.requireNonNull(subscriber)).begin();
    }

    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super T> subscriber;
        private final Abortable opening = new Abortable();

        // Guarded by this.
        private long wanted;
        private boolean over;
        private @Nullable Throwable refused;
        private @Nullable EventStream<T> stream;

        Delivery(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void begin() {
            subscriber.onSubscribe(this);
            if (isOver()) {
                return;
            }
            try {
                async.run(this::deliver);
            } catch (RuntimeException e) {
                fail(e); // the executor takes no more
            }
        }

        /** Opens the stream with the first demand, so a subscriber without demand costs nothing. */
        private void deliver() {
            try {
                if (awaitDemand()) {
                    try (EventStream<T> opened = use(opening.call(open))) {
                        deliver(opened);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(new ClosedStreamException("interrupted while waiting for the subscriber to ask for more", e));
            } catch (Throwable e) {
                fail(e);
            }
        }

        private synchronized EventStream<T> use(EventStream<T> opened) {
            stream = opened;
            if (over || refused != null) {
                opened.close();
            }
            return opened;
        }

        private void deliver(EventStream<T> opened) throws InterruptedException {
            for (T element; (element = opened.next()) != null;) {
                if (!awaitDemand()) {
                    return;
                }
                synchronized (this) {
                    wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
                }
                subscriber.onNext(element);
            }
            opened.checkEnd();
            if (end()) {
                subscriber.onComplete();
            }
        }

        /** Waits for demand; false once it is over. */
        private boolean awaitDemand() throws InterruptedException {
            Throwable refusal;
            synchronized (this) {
                while (wanted == 0 && !over && refused == null) {
                    wait();
                }
                refusal = refused;
                if (refusal == null) {
                    return !over;
                }
            }
            fail(refusal);
            return false;
        }

        private synchronized boolean isOver() {
            return over;
        }

        /** Ends it; false if it has ended before. */
        private synchronized boolean end() {
            boolean first = !over;
            over = true;
            return first;
        }

        /** An invalid request for elements is reported instead of the failures that it caused. */
        private void fail(Throwable error) {
            Throwable reason;
            synchronized (this) {
                reason = refused == null ? error : refused;
            }
            if (end()) {
                subscriber.onError(reason);
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                refuse(new IllegalArgumentException("asked for " + n + " elements; at least 1 (rule 3.9)"));
                return;
            }
            synchronized (this) {
                wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
                notifyAll();
            }
        }

        private void refuse(Throwable reason) {
            synchronized (this) {
                refused = reason;
            }
            stop();
        }

        @Override
        public void cancel() {
            end();
            stop();
        }

        /** Ends the reading thread's current wait. */
        private void stop() {
            EventStream<T> current;
            synchronized (this) {
                current = stream;
                notifyAll();
            }
            opening.abort();
            if (current != null) {
                current.close();
            }
        }
    }
}
