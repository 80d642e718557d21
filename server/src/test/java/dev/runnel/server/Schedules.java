package dev.runnel.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;

/**
 * Runs a piece of concurrent code again and again, each time switching between its threads at other places: few switches first, then
 * more. A schedule in which threads hang, or that throws, fails the test, which then tells the whole of it. Time stands still.
 *
 * <p>What runs may use no files, no virtual threads and no clock, and should be small: a schedule takes milliseconds.
 */
public final class Schedules {
    /** Of each test; more by {@code -Dschedules=N}. */
    private static final int SCHEDULES = Integer.getInteger("schedules", 40);

    /** How often it explores when threads seem to hang. */
    private static final int TRIES = 3;

    private Schedules() {}

    /** The work of one of the threads. */
    @FunctionalInterface
    public interface Part {
        /** Does it. */
        void run() throws Exception;
    }

    /**
     * Explores schedules of something, and of all threads that it starts. Lincheck takes threads that have made no progress for some
     * seconds for ones that hang, which slow ones of a busy machine may do too. The schedules are the same each time: threads that
     * really hang do so again.
     */
    public static void explore(Part whole) {
        for (int tries = 1;; tries++) {
            try {
                Lincheck.runConcurrentTest(SCHEDULES, () -> unchecked(whole));
                return;
            } catch (LincheckAssertionError e) {
                if (tries == TRIES || !String.valueOf(e.getMessage()).contains("has hung")) {
                    throw e;
                }
            }
        }
    }

    /** Does things at the same time, each on a thread of its own, and returns when all are done; throws if one of them does. */
    public static void together(Part... parts) throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Part part : parts) {
            Thread thread = new Thread(() -> {
                try {
                    part.run();
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("one of the threads failed", failures.getFirst());
        }
    }

    /** Assertions of a library would be explored too. */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static void unchecked(Part part) {
        try {
            part.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
