package dev.runnel.client;

/** The pauses between reads of a changing object: none before the first, then 50 ms, growing to a second. For one thread. */
final class Polling {
    private static final long FIRST_MILLIS = 50;
    private static final long LAST_MILLIS = 1_000;

    private long next;

    /** @throws ClosedStreamException if the thread is interrupted */
    void pause() {
        try {
            Thread.sleep(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedStreamException("interrupted while waiting to read an object again", e);
        }
        next = Math.min(Math.max(next * 3 / 2, FIRST_MILLIS), LAST_MILLIS);
    }
}
