package dev.runnel.client;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a publisher: each subscription opens one of its own, reads it on a thread of its own, and reads at most one element
 * further than was asked for, so that back pressure reaches the server's socket. Cancelling closes the connection. Thread-safe.
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

        // Guarded by this.
        private long wanted;
        private boolean cancelled;
        private @Nullable Throwable refused;
        private @Nullable Future<?> reader;

        Delivery(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void begin() {
            subscriber.onSubscribe(this);
            synchronized (this) {
                if (!cancelled) {
                    reader = async.task(this::deliver);
                }
            }
        }

        /** Opens the stream with the first demand, not before: whoever asks for nothing costs nothing. */
        private void deliver() {
            try {
                if (await()) {
                    try (EventStream<T> stream = open.get()) {
                        deliver(stream);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // cancelled
            } catch (Throwable e) {
                end(() -> subscriber.onError(e));
            }
        }

        private void deliver(EventStream<T> stream) throws InterruptedException {
            for (T element; (element = stream.next()) != null;) {
                if (!await()) {
                    return;
                }
                synchronized (this) {
                    wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
                }
                subscriber.onNext(element);
            }
            end(subscriber::onComplete);
        }

        /** Waits for demand; false once it is over. */
        private boolean await() throws InterruptedException {
            Throwable refusal;
            synchronized (this) {
                while (wanted == 0 && !cancelled && refused == null) {
                    wait();
                }
                refusal = refused;
                if (refusal == null) {
                    return !cancelled;
                }
            }
            end(() -> subscriber.onError(refusal));
            return false;
        }

        private void end(Runnable signal) {
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                cancelled = true;
            }
            signal.run();
        }

        @Override
        public synchronized void request(long n) {
            if (n <= 0) {
                refused = new IllegalArgumentException("asked for " + n + " elements; at least 1 (rule 3.9)");
            } else {
                wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
            }
            notifyAll();
        }

        @Override
        public synchronized void cancel() {
            cancelled = true;
            if (reader != null) {
                reader.cancel(true);
            }
        }
    }
}
