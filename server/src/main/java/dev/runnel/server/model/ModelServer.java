package dev.runnel.server.model;

import dev.runnel.client.BaseUrl;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.protocol.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to speak to a model server. Immutable.
 *
 * @param url the base URL, to which {@code /chat/completions} is appended
 * @param key sent as a bearer token; null or empty for none
 * @param proxies which proxy its requests go through
 * @param headers sent with each request
 * @param body members of each chat completion's request that does not have them
 * @param times how long it may take
 * @param retries how often a request is tried again that the server could not carry out
 * @param mergeRoles whether turns of one role in a row are sent as one, for chat templates that are strict
 * @param trusted a PEM file of the certificates to trust; null for those that Java trusts
 */
public record ModelServer(
        String url,
        @Nullable String key,
        ProxySettings proxies,
        Map<String, String> headers,
        Map<String, JsonValue> body,
        Times times,
        int retries,
        boolean mergeRoles,
        @Nullable Path trusted) {

    /**
     * How long a model server may take.
     *
     * @param connect for a connection
     * @param response for the begin of an answer; without a stream, it comes when the reply is finished
     * @param idle between two pieces of a stream
     */
    public record Times(Duration connect, Duration response, Duration idle) {
        /**
         * The defaults. A server may send its headers and then queue the request, or load a model: the run's own lifetime is the limit.
         */
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(10));
    }

    /** How often a request is tried again by default. */
    public static final int RETRIES = 2;

    /** Keeps copies. */
    public ModelServer {
        headers = Map.copyOf(headers);
        body = Map.copyOf(body);
    }

    /** A model server with a URL and a key alone. */
    public static ModelServer of(String url, @Nullable String key, ProxySettings proxies) {
        return new ModelServer(url, key, proxies, Map.of(), Map.of(), Times.DEFAULT, RETRIES, false, null);
    }

    /** Names the URL alone: the rest may be secret. */
    @Override
    public String toString() {
        return BaseUrl.parse(url).toString();
    }
}
