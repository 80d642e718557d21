package dev.runnel.cli;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What Ctrl-C does to a reply: the first one cancels its run, as soon as that is known; the next one no longer waits for the
 * server to do so. Made by the thread that reads the reply; run by any.
 */
final class Stopper implements Runnable {
    private final StopHook stop;
    private final Thread reader = Thread.currentThread();
    private final ReentrantLock interrupting = new ReentrantLock();
    private volatile boolean asked;
    private volatile boolean over;

    Stopper(StopHook stop) {
        this.stop = stop;
    }

    @Override
    public void run() {
        if (!asked) {
            asked = true;
            stop.cancelQuietly();
            return;
        }
        interrupting.lock();
        try {
            if (!over) {
                reader.interrupt();
            }
        } finally {
            interrupting.unlock();
        }
    }

    /** The reader was told of the run. */
    void follow(Run run) {
        stop.follow(run);
        if (asked && run.status() != RunStatus.CANCELLING) {
            stop.cancelQuietly();
        }
    }

    /** The reader has the reply, or gave up: nothing is interrupted any more. */
    void over() {
        interrupting.lock();
        try {
            over = true;
            Thread.interrupted();
        } finally {
            interrupting.unlock();
        }
    }
}
