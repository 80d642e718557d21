package dev.runnel.bench.clients;

import java.util.function.Consumer;

/** A client under measurement, used as its own documentation shows. */
public interface StreamingClient {

    /** Streams a chat completion to its end, and hands each piece of text over as it comes. */
    void chat(String prompt, Consumer<String> text) throws Exception;

    /** Likewise a run, on a thread that is created with it. */
    default void run(String prompt, Consumer<String> text) throws Exception {
        throw new UnsupportedOperationException("it does not stream runs");
    }
}
