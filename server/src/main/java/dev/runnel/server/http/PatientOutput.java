package dev.runnel.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Writes to a reader who may take his time, but not for ever: a write that gets nowhere for too long ends, and the connection with
 * it. Sockets know no timeout for writing; but interrupting a virtual thread that writes closes its socket.
 *
 * <p>For one virtual thread: the one that makes it.
 */
final class PatientOutput extends OutputStream {
    /**
     * What a reader must take within the patience: less than a large write, so that a slow one is not taken for a dead one. With the eight
     * bytes that make it a chunk it is what Helidon hands to a socket in one piece.
     */
    private static final int PIECE = 8 * 1024 - 8;

    /** The checks of all streams: each is rare and does next to nothing. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final OutputStream out;
    private final long patienceNanos;
    private final Thread writer = Thread.currentThread();
    private final Future<?> check;

    // Guarded by this.
    private boolean writing;
    private long since;
    private boolean interrupted;

    PatientOutput(OutputStream out, Duration patience) {
        this.out = out;
        this.patienceNanos = patience.toNanos();
        long interval = Math.max(1, patience.toMillis() / 4);
        this.check = TIMER.scheduleWithFixedDelay(this::check, interval, interval, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("runnel-slow-readers").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void patiently(Writing action) throws IOException {
        synchronized (this) {
            writing = true;
            since = System.nanoTime();
        }
        try {
            action.run();
        } finally {
            synchronized (this) {
                writing = false;
                if (interrupted) {
                    Thread.interrupted(); // it was meant for the write that is over
                    interrupted = false;
                }
            }
        }
    }

    private synchronized void check() {
        if (writing && System.nanoTime() - since > patienceNanos) {
            interrupted = true;
            writer.interrupt();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = 0; at < length; at += PIECE) {
            int from = offset + at;
            int size = Math.min(PIECE, length - at);
            patiently(() -> out.write(bytes, from, size));
        }
    }

    @Override
    public void flush() throws IOException {
        patiently(out::flush);
    }

    @Override
    public void close() throws IOException {
        try {
            patiently(out::close);
        } finally {
            check.cancel(false);
        }
    }
}
