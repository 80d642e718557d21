package dev.runnel.testkit;

import java.util.concurrent.CountDownLatch;

/**
 * Holds scripts back at {@link Script#gate(Gate)} until a test opens it. Opens once, for any number of scripts, and
 * stays open. Safe for use by any thread.
 */
public final class Gate {
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Lets every script that waits here, or comes here later, go on. A second call does nothing. */
    public void open() {
        opened.countDown();
    }

    void await() throws InterruptedException {
        opened.await();
    }
}
