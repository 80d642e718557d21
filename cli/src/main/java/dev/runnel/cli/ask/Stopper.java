package dev.runnel.cli.ask;

import dev.runnel.cli.servers.StopHook;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The effect of Ctrl-C on a reply: the first one cancels the run, as soon as its id is known; the next one does not wait for
 * the server. Made by the thread that reads the reply; run by any.
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

    /** The reader got an event about the run. */
    void follow(Run run) {
        stop.follow(run);
        if (asked && run.status() != RunStatus.CANCELLING) {
            stop.cancelQuietly();
        }
    }

    /** The reader has the reply, or gave up: Ctrl-C interrupts nothing any more. */
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
