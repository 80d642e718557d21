package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport.Timeouts;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client was built with.
 *
 * @param perRequest headers that are asked for anew at each request
 * @param budget what its answers may hold in memory together
 */
record ClientOptions(
        BaseUrl baseUrl,
        @Nullable String key,
        Timeouts timeouts,
        int maxRetries,
        boolean idempotencyKeys,
        Supplier<Map<String, String>> perRequest,
        ByteBudget budget) {
    static final String USER_AGENT = "runnel-java/" + version();

    Optional<String> apiKey() {
        return Optional.ofNullable(key);
    }

    private static String version() {
        String version = ClientOptions.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
