package dev.runnel.client.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes that many exchanges hold in memory together. A limit for each exchange does not limit the sum: a hundred
 * bodies within the limit can still exceed the heap.
 *
 * <p>Thread-safe. Never waits: an exchange that finds no room must fail, so that its client tries again later.
 */
public final class ByteBudget {
    /** A budget without a limit. */
    public static final ByteBudget UNLIMITED = new ByteBudget(Long.MAX_VALUE);

    /** The budget of a whole server process: half of the memory that Java may take. */
    public static final ByteBudget PROCESS = new ByteBudget(Runtime.getRuntime().maxMemory() / 2);

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /**
     * A budget.
     *
     * @param limit how many bytes may be held at once; at least 1
     */
    public ByteBudget(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a budget must be at least 1 byte, not " + limit);
        }
        this.limit = limit;
    }

    /** How many bytes may be held at once. */
    public long limit() {
        return limit;
    }

    /** How many bytes are held now. */
    public long taken() {
        return taken.get();
    }

    /** One exchange's share of the budget, with nothing taken yet. */
    public Share share() {
        return new Share(this);
    }

    private boolean take(long bytes) {
        for (long before = taken.get(); bytes <= limit - before; before = taken.get()) {
            if (taken.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
        return false;
    }

    /** The bytes that one exchange holds. For one thread; closing it gives all of them back. */
    public static final class Share implements AutoCloseable {
        private final ByteBudget budget;
        private long held;

        private Share(ByteBudget budget) {
            this.budget = budget;
        }

        /**
         * Takes more bytes, all of them or none.
         *
         * @return whether there was room
         */
        public boolean take(long bytes) {
            if (!budget.take(bytes)) {
                return false;
            }
            held += bytes;
            return true;
        }

        /** Gives back bytes that are no longer held; at most those that were taken. */
        public void giveBack(long bytes) {
            long back = Math.min(bytes, held);
            held -= back;
            budget.taken.addAndGet(-back);
        }

        /** Gives back all that is still held. May be called more than once. */
        @Override
        public void close() {
            giveBack(held);
        }
    }
}
