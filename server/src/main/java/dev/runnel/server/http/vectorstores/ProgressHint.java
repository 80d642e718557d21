package dev.runnel.server.http.vectorstores;

import dev.runnel.server.http.exchange.Exchange;

/**
 * Tells polling clients when to ask again for what is in progress, by the header {@code openai-poll-after-ms}. Without it
 * the SDKs' helpers wait five seconds.
 */
final class ProgressHint {
    private static final String MILLIS = "200";

    private ProgressHint() {}

    static void add(Exchange exchange, boolean inProgress) {
        if (inProgress) {
            exchange.header("openai-poll-after-ms", MILLIS);
        }
    }
}
