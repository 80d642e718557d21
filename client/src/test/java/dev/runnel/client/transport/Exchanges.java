package dev.runnel.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Requests and what becomes of them. */
final class Exchanges {
    /** For what comes at once; so long only as to end a test that hangs. */
    static final Duration LONG = Duration.ofMinutes(1);
    static final Transport.Timeouts PATIENT = new Transport.Timeouts(LONG, LONG, LONG, null);

    private Exchanges() {}

    static Transport.Request get(URI uri) {
        return new Transport.Request("GET", uri, Map.of("Accept", "*/*"), null, PATIENT);
    }

    static Transport.Request get(URI uri, Transport.Timeouts timeouts) {
        return new Transport.Request("GET", uri, Map.of("Accept", "*/*"), null, timeouts);
    }

    /** A body to its end. */
    static String body(Transport.Response response) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[100];
        for (int n; (n = response.read(buffer)) >= 0;) {
            body.write(buffer, 0, n);
        }
        return body.toString(ISO_8859_1);
    }

    /** The bytes of one read. */
    static String read(Transport.Response response) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        int n = response.read(buffer);
        return n < 0 ? "the end" : new String(buffer, 0, n, ISO_8859_1);
    }

    /** A call that waits on a thread of its own, and what became of it. */
    record Waiting(Thread thread, CompletableFuture<Throwable> thrown, CompletableFuture<Boolean> interrupted) {

        /** Starts the call, and returns when it waits. */
        static Waiting on(Thread.Builder threads, Callable<?> call) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread thread = threads.start(() -> {
                try {
                    thrown.complete(new AssertionError("returned " + call.call()));
                } catch (Throwable e) {
                    thrown.complete(e);
                }
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            while (!waits(thread) && !thrown.isDone()) {
                Thread.onSpinWait();
            }
            return new Waiting(thread, thrown, interrupted);
        }

        /** Or is about to: an end that comes just before counts as much. */
        private static boolean waits(Thread thread) {
            return Stream.of(thread.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("receive")
                            && frame.getClassName().equals(Connection.class.getName()));
        }

        Throwable outcome() throws Exception {
            return thrown.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }

        boolean wasInterrupted() throws Exception {
            return interrupted.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
