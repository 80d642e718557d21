package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport.Timeouts;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a client.
 *
 * @param headers sent with every request, instead of the client's own of the same name
 * @param perRequest supplies headers for each request
 * @param budget limits the memory of all answers together
 * @param proxy the proxy of its requests, for error messages; null for none
 */
record ClientOptions(
        BaseUrl baseUrl,
        @Nullable String key,
        Map<String, String> headers,
        Supplier<Map<String, String>> perRequest,
        Timeouts timeouts,
        int maxRetries,
        boolean idempotencyKeys,
        ByteBudget budget,
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
