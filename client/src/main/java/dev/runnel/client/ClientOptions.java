package dev.runnel.client;

import dev.runnel.client.transport.Transport.Timeouts;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client was built with.
 *
 * @param headers sent with every request, instead of the client's own of the same name
 * @param proxy the proxy that its requests go through, for messages; null for none
 */
record ClientOptions(
        String baseUrl,
        @Nullable String key,
        Map<String, String> headers,
        Timeouts timeouts,
        int maxRetries,
        boolean idempotencyKeys,
        @Nullable String proxy) {
    static final String USER_AGENT = "runnel-java/" + version();

    Optional<String> apiKey() {
        return Optional.ofNullable(key);
    }

    private static String version() {
        String version = ClientOptions.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
