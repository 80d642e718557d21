package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.BaseUrl;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.Model;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.base.TraceHeaders;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model server that speaks OpenAI's chat completions, called through Runnel's own client over a blocking transport.
 */
public final class OpenAiModel implements Model {
    private static final System.Logger LOG = System.getLogger(OpenAiModel.class.getName());

    private static final int LOOP_DETECTED = 508;

    /** How a server says that it has no embeddings: not found, method not allowed, not implemented. */
    private static final Set<Integer> NONE = Set.of(404, 405, 501);

    private final BaseUrl url;
    private final boolean newLimitName;
    private final Secrets secrets;
    private final UpstreamErrors errors;
    private final BodyMembers members;
    private final RunnelClient client;

    /** The order of turns that the server accepts, as far as it is known. */
    private volatile TurnOrder turns;

    /**
     * A model server.
     *
     * @param url the base URL, to which {@code /chat/completions} is appended, read by {@link BaseUrl#parse}
     * @param key sent as a bearer token; null or empty for none
     * @throws IllegalArgumentException if the URL is not valid, with a message that says what to write
     */
    public OpenAiModel(String url, @Nullable String key) {
        this(url, key, ProxySettings.fromJava(), ByteBudget.PROCESS);
    }

    /**
     * A model server whose answers share a memory budget.
     *
     * @param proxies which proxy its requests go through
     * @param budget limits the memory for its answers together with all other users of the budget
     */
    public OpenAiModel(String url, @Nullable String key, ProxySettings proxies, ByteBudget budget) {
        this(ModelServer.of(url, key, proxies), budget);
    }

    /**
     * A model server.
     *
     * @throws IllegalArgumentException if it cannot be spoken to in this way, with a message that says what to write
     */
    public OpenAiModel(ModelServer server) {
        this(server, ByteBudget.PROCESS);
    }

    private OpenAiModel(ModelServer server, ByteBudget budget) {
        this.url = BaseUrl.parse(server.url());
        // OpenAI's newer models refuse max_tokens; most compatible servers know nothing else.
        this.newLimitName = "api.openai.com".equals(this.url.host());
        this.secrets = Secrets.of(this.url, server.key());
        this.errors = new UpstreamErrors(this.url, secrets);
        this.members = new BodyMembers(server.body());
        this.turns = server.mergeRoles() ? TurnOrder.ALTERNATING : TurnOrder.AS_THEY_ARE;
        RunnelClient.Builder builder = RunnelClient.builder()
                .baseUrl(server.url())
                .apiKey(server.key())
                .proxy(server.proxies())
                .connectTimeout(server.times().connect())
                .responseTimeout(server.times().response())
                .idleTimeout(server.times().idle())
                .maxRetries(server.retries())
                .headersPerRequest(OpenAiModel::headers)
                .answerBudget(budget);
        server.headers().forEach(builder::header);
        Path trusted = server.trusted();
        if (trusted != null) {
            builder.tls(trusting(trusted));
        }
        this.client = builder.build();
    }

    /** The headers for a request on this thread. */
    private static Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>(Hops.header());
        TraceHeaders.current().ifPresent(trace -> headers.putAll(trace.byName()));
        return headers;
    }

    private static TlsSettings trusting(Path certificates) {
        try {
            return TlsSettings.trusting(certificates);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the file of certificates " + certificates + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        ChatRequest request = members.in(newLimitName ? prompt : prompt.withMaxTokensOnly());
        TurnOrder order = turns;
        try {
            ChatStream stream;
            try {
                stream = open(request, order);
            } catch (ApiException e) {
                stream = openAnew(request, order, e).orElseThrow(() -> e);
            }
            return new OpenAiReply(stream, refusal -> openAnew(request, order, refusal), errors, secrets);
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }

    private ChatStream open(ChatRequest request, TurnOrder order) {
        return client.chat().stream(order.arrange(request)).unfolded();
    }

    /** Asks again with another order of the messages, if the model's template refused the one before. */
    private Optional<ChatStream> openAnew(ChatRequest request, TurnOrder order, ApiException refusal) {
        return order.after(refusal).map(other -> {
            ChatStream stream = open(request, other);
            LOG.log(Level.INFO,
                    "{0} refused the order of the messages; the server sends another order from now on: {1}",
                    description(),
                    secrets.redact(refusal.error().message()));
            turns = other;
            return stream;
        });
    }

    @Override
    public ChatRelay relay(byte[] request) {
        return relayed(() -> new OpenAiRelay(client.chat().streamRaw(members.in(request)), errors, secrets));
    }

    @Override
    public ChatAnswer complete(byte[] request) {
        return ChatAnswer.of(secrets.redactReply(
                relayed(() -> client.chat().createRaw(members.in(ChatJson.sayingStream(request))))));
    }

    /** Empty if the server does not have the route or the model. */
    @Override
    public Optional<byte[]> embed(byte[] request) {
        try {
            return Optional.of(secrets.redactReply(client.embeddings().createRaw(request)));
        } catch (ApiException e) {
            if (NONE.contains(e.status())) {
                return Optional.empty();
            }
            throw errors.relayed(e);
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }

    @Override
    public List<ModelInfo> list() {
        try {
            return client.models().list();
        } catch (ApiException e) {
            throw e.status() == LOOP_DETECTED ? errors.relayed(e) : errors.failure(e);
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }

    /** Names the server's URL without its secret parts. */
    @Override
    public String description() {
        return "the model server at " + url;
    }

    @Override
    public void close() {
        client.close();
    }

    /** Makes a call, and passes the model server's own errors on to the caller of the chat endpoint. */
    private <T> T relayed(Supplier<T> call) {
        try {
            return call.get();
        } catch (ApiException e) {
            throw errors.relayed(e);
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }
}
