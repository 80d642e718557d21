package dev.runnel.client;

import dev.runnel.client.transport.Transport.Timeouts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client was built with. */
record ClientOptions(
        String baseUrl, @Nullable String key, Timeouts timeouts, int maxRetries, boolean idempotencyKeys) {
    static final String USER_AGENT = "runnel-java/" + version();

    Optional<String> apiKey() {
        return Optional.ofNullable(key);
    }

    private static String version() {
        String version = ClientOptions.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
