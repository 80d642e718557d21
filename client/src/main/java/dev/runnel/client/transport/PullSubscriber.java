package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A response body that a thread pulls from. It requests more from the publisher only when everything has been read, so memory
 * is limited to one publication. It returns all received bytes before it reports the end of the body.
 */
final class PullSubscriber implements BodySubscriber<Void> {
    private final Duration idle;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    // Guarded by lock.
    private final ArrayDeque<ByteBuffer> received = new ArrayDeque<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean closed;
    private boolean requested;

    PullSubscriber(Duration idle, Deadline deadline) {
        this.idle = idle;
        this.deadline = deadline;
    }

    /** Completed once nothing more will arrive: at the body's end, on failure, when closed. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Complete from the start, so that the response is available at its headers. */
    @Override
    public CompletionStage<Void> getBody() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Subscription given) {
        lock.lock();
        try {
            subscription = given;
            if (closed) {
                given.cancel();
            } else {
                requested = true;
                given.request(1);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        change(() -> {
            received.addAll(buffers);
            requested = false;
        });
    }

    @Override
    public void onError(Throwable error) {
        change(() -> failure = error);
        done.complete(null);
    }

    @Override
    public void onComplete() {
        change(() -> ended = true);
        done.complete(null);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int read(byte[] target) throws IOException {
        lock.lock();
        try {
            long left = Long.MIN_VALUE;
            while (true) {
                if (closed) {
                    throw new IOException("the response was closed");
                }
                int n = takeReceived(target);
                if (n > 0) {
                    return n;
                }
                if (failure != null) {
                    throw failure instanceof IOException io ? new IOException(io.getMessage(), io)
                            : new IOException(failure);
                }
                if (ended) {
                    return -1;
                }
                if (!requested && subscription != null) {
                    requested = true;
                    subscription.request(1);
                    continue;
                }
                if (left == Long.MIN_VALUE) {
                    left = deadline.cut(idle).toNanos();
                } else if (left <= 0) {
                    throw deadline.late("nothing received for " + idle.toMillis() + " ms");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the response's body");
        } finally {
            lock.unlock();
        }
    }

    private int takeReceived(byte[] target) {
        int n = 0;
        for (ByteBuffer first; n < target.length && (first = received.peek()) != null;) {
            int part = Math.min(first.remaining(), target.length - n);
            first.get(target, n, part);
            n += part;
            if (!first.hasRemaining()) {
                received.poll();
            }
        }
        return n;
    }

    void close() {
        Subscription toCancel;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            received.clear();
            toCancel = ended ? null : subscription;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (toCancel != null) {
            toCancel.cancel();
        }
        done.complete(null);
    }
}
