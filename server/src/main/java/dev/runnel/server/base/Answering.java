package dev.runnel.server.base;

import java.io.IOException;

/** What answers a request. */
@FunctionalInterface
public interface Answering {
    /** Answers it. */
    void answer() throws IOException, InterruptedException;

    /** Answers it while these scoped values are bound. */
    default void within(ScopedValue.Carrier values) throws IOException, InterruptedException {
        try {
            values.call(() -> {
                answer();
                return this;
            });
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // it declares no other
        }
    }
}
