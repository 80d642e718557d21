package dev.runnel.bench;

import java.time.Duration;

/**
 * What the paced model server answers. Used by one thread.
 *
 * @param chatAtOnce as {@code chat}, without an interval; so with {@code runAtOnce}
 */
record PacedReplies(PacedReply chat, PacedReply run, PacedReply chatAtOnce, PacedReply runAtOnce) {

    /** @param chat a chat completion's events */
    static PacedReplies of(PacedEvents chat, int tokens, Duration interval) {
        var run = new PacedRun(tokens).events();
        return new PacedReplies(
                new PacedReply(chat, interval), new PacedReply(run, interval),
                new PacedReply(chat, Duration.ZERO), new PacedReply(run, Duration.ZERO));
    }

    /** The answer to a request: to a POST of a run, to a prompt that is the word {@code hurry}. */
    PacedReply to(String request) {
        boolean atOnce = request.contains("\"hurry\"");
        return request.startsWith("POST /v1/threads/") ? (atOnce ? runAtOnce : run) : (atOnce ? chatAtOnce : chat);
    }
}
