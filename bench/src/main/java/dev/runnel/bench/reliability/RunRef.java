package dev.runnel.bench.reliability;

import dev.runnel.protocol.Run;

/** Which run. */
record RunRef(String threadId, String id) {
    static RunRef of(Run run) {
        return new RunRef(run.threadId(), run.id());
    }

    /** Its path as a response. */
    String responsePath() {
        return "/responses/" + id;
    }

    /** Its path below the server's URL. */
    String path() {
        return "/threads/" + threadId + "/runs/" + id;
    }
}
