package dev.runnel.cli.servers;

import dev.runnel.client.ApiException;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.model.Model;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.model.ModelServer;
import dev.runnel.server.model.OpenAiModel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model server that options or the environment name.
 *
 * @param url what paths are appended to
 * @param key null for none
 * @param keyFrom the option or the variable that holds the key, or would hold it
 * @param urlFrom the option or the variable that names the server
 * @param meant whether the user named it for this command; a shell often has the variables of an official SDK for other
 *     programs
 */
public record ModelOrigin(String url, @Nullable String key, String keyFrom, String urlFrom, boolean meant) {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** The model server as a model. */
    public Model open() {
        return new OpenAiModel(ModelServer.of(url, key, Proxies.of(url)));
    }

    /** A client for a quick question: with short timeouts, and without retries. */
    public RunnelClient client() {
        return RunnelClient.builder().baseUrl(url).apiKey(key).proxy(Proxies.of(url)).maxRetries(0)
                .connectTimeout(CONNECT).responseTimeout(ANSWER).build();
    }

    /** The names of the models that it lists. */
    List<String> models() {
        try (RunnelClient client = client()) {
            return client.models().list().stream().map(ModelInfo::id).toList();
        }
    }

    /** The reason why the server could not be asked, without the key, which servers often quote. */
    String words(RunnelException failure) {
        return failure instanceof ApiException api && (api.status() == 401 || api.status() == 403)
                ? "does not accept the key of " + keyFrom
                : "cannot be asked (" + failure.getMessage() + ")";
    }
}
