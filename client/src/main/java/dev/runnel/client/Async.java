package dev.runnel.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Makes blocking calls on other threads. To end a call, it interrupts the call's thread, which closes the connection.
 * Thread-safe.
 */
final class Async {
    private final Executor threads;

    Async(Executor threads) {
        this.threads = threads;
    }

    /** A thread for each call, a daemon, so that no stream keeps the program alive. */
    static Executor daemons() {
        return work -> {
            Thread thread = new Thread(work, "runnel-stream");
            thread.setDaemon(true);
            thread.start();
        };
    }

    /** Starts a call. If the future ends first, for example because it is cancelled, the call ends too. */
    <T> CompletableFuture<T> start(Supplier<T> blocking) {
        CompletableFuture<T> future = new CompletableFuture<>();
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<?> task = new FutureTask<>(() -> {
            try {
                T result = blocking.get();
                over.set(true);
                future.complete(result);
            } catch (Throwable e) {
                over.set(true);
                future.completeExceptionally(e);
            }
        }, null);
        run(task);
        var unused = future.whenComplete((result, error) -> {
            if (!over.get()) {
                task.cancel(true);
            }
        });
        return future;
    }

    /** Starts work that ends by itself. */
    void run(Runnable work) {
        threads.execute(work);
    }
}
