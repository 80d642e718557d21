package dev.runnel.server.base;

import java.io.IOException;

/** Code that answers a request. */
@FunctionalInterface
public interface Answering {
    /** Answers the request. */
    void answer() throws IOException, InterruptedException;

    /** Answers the request while these scoped values are bound. */
    default void within(ScopedValue.Carrier values) throws IOException, InterruptedException {
        try {
            values.call(() -> {
                answer();
                return this;
            });
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // answer() declares no other exception
        }
    }
}
