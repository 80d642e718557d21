package dev.runnel.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The answers of the paced model server. Used by one thread.
 *
 * @param chatAtOnce as {@code chat}, without an interval; so with {@code runAtOnce}
 * @param calls      to a prompt with functions: one reply for each round of calls
 */
record PacedReplies(PacedReply chat, PacedReply run, PacedReply chatAtOnce, PacedReply runAtOnce,
        List<PacedReply> calls) {
    private static final String OUTPUT = "\"role\":\"tool\"";

    /** @param chat a chat completion's events */
    static PacedReplies of(PacedEvents chat, int tokens, Duration interval) {
        var run = new PacedRun(tokens).events();
        return new PacedReplies(
                new PacedReply(chat, interval), new PacedReply(run, interval),
                new PacedReply(chat, Duration.ZERO), new PacedReply(run, Duration.ZERO),
                IntStream.range(0, PacedModelServer.CALL_ROUNDS)
                        .mapToObj(round -> PacedEvents.calls(round, PacedModelServer.arguments(tokens), tokens))
                        .map(events -> new PacedReply(events, interval)).toList());
    }

    /** The answer to a request: to a POST of a run, to a prompt that is the word {@code hurry}, to one with functions. */
    PacedReply to(String request) {
        boolean atOnce = request.contains("\"hurry\"");
        if (request.startsWith("POST /v1/threads/")) {
            return atOnce ? runAtOnce : run;
        }
        int round = request.contains("\"tools\":") ? outputs(request) / PacedEvents.CALLS : calls.size();
        if (!atOnce && round < calls.size()) {
            return calls.get(round);
        }
        return atOnce ? chatAtOnce : chat;
    }

    /** How many functions have been called so far. */
    private static int outputs(String request) {
        int outputs = 0;
        for (int at = -1; (at = request.indexOf(OUTPUT, at + 1)) >= 0;) {
            outputs++;
        }
        return outputs;
    }
}
