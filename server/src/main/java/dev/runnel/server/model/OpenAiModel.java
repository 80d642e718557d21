package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ChatStream;
import dev.runnel.client.ClosedStreamException;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.RawChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.client.UnusableReplyException;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ToolCallFragment;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.server.Ids;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Any server that speaks chat completions, through our own client over a blocking transport. */
public final class OpenAiModel implements Model {
    /** A server may send its headers and then queue the request, or load a model: the run's own lifetime is the limit. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    /** How servers say that a prompt does not fit: OpenAI, vLLM, SGLang ("context length"), llama.cpp ("context size"), Groq. */
    private static final Pattern TOO_LONG = Pattern.compile("(?i)context (length|size|window)");

    private static final Pattern WINDOW = Pattern
            .compile("(?i)context (?:length|size|window)(?: is| of)?[ (:]{1,3}([0-9]{1,12})\\b");

    /** llama.cpp says so with status 500. */
    private static final Pattern NO_IMAGES = Pattern
            .compile("(?i)image input is not supported|unsupported content part type");

    private final String url;
    private final boolean newLimitName;
    private final RunnelClient client;

    /**
     * A model server.
     *
     * @param url what {@code /chat/completions} is appended to
     * @param key sent as a bearer token; null or empty for none
     */
    public OpenAiModel(String url, @Nullable String key) {
        this(url, key, ProxySettings.fromJava());
    }

    /**
     * A model server behind a proxy.
     *
     * @param proxies which proxy its requests go through
     */
    public OpenAiModel(String url, @Nullable String key, ProxySettings proxies) {
        this.url = url;
        // OpenAI's newer models refuse max_tokens; most compatible servers know nothing else.
        this.newLimitName = "api.openai.com".equals(URI.create(url).getHost());
        this.client = RunnelClient.builder()
                .baseUrl(url)
                .apiKey(key)
                .proxy(proxies)
                .idleTimeout(IDLE)
                .build();
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        ChatRequest request = newLimitName ? prompt : prompt.withMaxTokensOnly();
        try {
            return new Deltas(client.chat().stream(request).unfolded());
        } catch (RunnelException e) {
            throw failure(e);
        }
    }

    @Override
    public ChatRelay relay(byte[] request) {
        return relayed(() -> new Relay(client.chat().streamRaw(request)));
    }

    @Override
    public byte[] complete(byte[] request) {
        return relayed(() -> client.chat().createRaw(request));
    }

    @Override
    public List<ModelInfo> list() {
        try {
            return client.models().list();
        } catch (RunnelException e) {
            throw failure(e);
        }
    }

    @Override
    public String description() {
        return "the model server at " + url;
    }

    @Override
    public void close() {
        client.close();
    }

    /** Lets the model server's own errors through as they are, for the caller of the chat endpoint to see. */
    private <T> T relayed(Supplier<T> call) {
        try {
            return call.get();
        } catch (ApiException e) {
            throw e;
        } catch (RunnelException e) {
            throw failure(e);
        }
    }

    private ModelException failure(RunnelException e) {
        return switch (e) {
            case ApiException api when tooLong(api) -> new PromptTooLongException(describe(api), window(api), api);
            case ApiException api -> new ModelException(kind(api), describe(api), api);
            case ConnectionException connection ->
                    new ModelException(ModelException.Kind.SERVER_ERROR, "The model server: " + connection.getMessage(),
                            connection);
            case BrokenStreamException broken -> new ModelException(
                    ModelException.Kind.SERVER_ERROR, "The model server at " + url + ": " + broken.getMessage(),
                    broken);
            case ClosedStreamException closed ->
                    new ModelException(ModelException.Kind.SERVER_ERROR, "The model call was ended.", closed);
            case UnusableReplyException unusable -> new ModelException(
                    ModelException.Kind.SERVER_ERROR, "The model server at " + url + ": " + unusable.getMessage(),
                    unusable);
        };
    }

    private static boolean tooLong(ApiException e) {
        ApiError error = e.error();
        return "context_length_exceeded".equals(error.code())
                || "exceed_context_size_error".equals(error.type())
                || (e.status() < 500 && TOO_LONG.matcher(error.message()).find());
    }

    private static @Nullable Long window(ApiException e) {
        Matcher told = WINDOW.matcher(e.error().message());
        return told.find() ? Long.valueOf(told.group(1)) : null;
    }

    private static ModelException.Kind kind(ApiException e) {
        String code = String.valueOf(e.error().code()).toLowerCase(Locale.ROOT);
        if (e.status() == 429 || code.equals("429") || code.contains("rate_limit")) {
            return ModelException.Kind.RATE_LIMIT_EXCEEDED;
        }
        boolean refused = e.status() == 400 || e.status() == 413 || e.status() == 422 || code.equals("400")
                || NO_IMAGES.matcher(e.error().message()).find();
        return refused ? ModelException.Kind.INVALID_PROMPT : ModelException.Kind.SERVER_ERROR;
    }

    private String describe(ApiException e) {
        String hint = e.status() == 401 || e.status() == 403 ? " (is its key right?)" : "";
        String status = e.status() == 200 ? "" : " with status " + e.status();
        return "The model server at " + url + " answered" + status + hint + ": " + e.error().message();
    }

    private final class Deltas implements ModelStream {
        private final ChatStream stream;
        private final ToolCallSlots slots = new ToolCallSlots(Ids::toolCall);
        private final ArrayDeque<ModelDelta> ready = new ArrayDeque<>();

        Deltas(ChatStream stream) {
            this.stream = stream;
        }

        @Override
        public @Nullable ModelDelta next() {
            return next(stream::next);
        }

        @Override
        public @Nullable ModelDelta nextArrived() {
            return next(stream::nextArrived);
        }

        private @Nullable ModelDelta next(Supplier<@Nullable ChatChunk> chunks) {
            try {
                for (ChatChunk chunk; ready.isEmpty() && (chunk = chunks.get()) != null;) {
                    split(chunk);
                }
                return ready.poll();
            } catch (RunnelException e) {
                throw failure(e);
            }
        }

        /** Only the first choice: a run asks for one. */
        private void split(ChatChunk chunk) {
            for (ChatChunk.Choice choice : chunk.choices()) {
                if (choice.index() == 0) {
                    split(choice);
                }
            }
            if (chunk.usage() != null) {
                ready.add(new ModelDelta.Used(chunk.usage()));
            }
        }

        private void split(ChatChunk.Choice choice) {
            ChatChunk.Delta delta = choice.delta();
            if (!delta.reasoning().isEmpty()) {
                ready.add(new ModelDelta.Reasoning(delta.reasoning()));
            }
            if (!delta.content().isEmpty()) {
                ready.add(new ModelDelta.Text(delta.content()));
            }
            if (!delta.refusal().isEmpty()) {
                ready.add(new ModelDelta.Refusal(delta.refusal()));
            }
            for (ToolCallFragment fragment : delta.toolCalls()) {
                ToolCallSlots.Placed placed = slots.add(fragment);
                ready.add(new ModelDelta.ToolCall(
                        placed.position(), placed.id(), placed.name(), fragment.arguments(), fragment.extra()));
            }
            if (choice.finishReason() != null) {
                ready.add(new ModelDelta.Finished(choice.finishReason()));
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private final class Relay implements ChatRelay {
        private final RawChatStream stream;

        /** The last two chunks: a stream without {@code [DONE]} has its finish reason in one, its usage perhaps in the other. */
        private final ArrayDeque<byte[]> latest = new ArrayDeque<>(3);

        Relay(RawChatStream stream) {
            this.stream = stream;
        }

        @Override
        public byte @Nullable [] next() {
            byte[] data;
            try {
                data = stream.next();
            } catch (ApiException e) {
                throw e;
            } catch (RunnelException e) {
                throw failure(e);
            }
            if (data == null && !stream.doneSeen() && latest.stream().noneMatch(Relay::finishes)) {
                throw new ModelException(
                        ModelException.Kind.SERVER_ERROR,
                        "The model server at " + url + " closed the stream without [DONE] or a finish reason.",
                        null);
            }
            if (data != null && latest.isEmpty()) {
                throwIfError(data);
            }
            return remember(data);
        }

        /** An error before all else is thrown: nothing has been sent yet, so that it can be answered with a status. */
        private static void throwIfError(byte[] first) {
            Optional<ApiError> error;
            try {
                error = ChatJson.errorIn(first);
            } catch (JsonException e) {
                return; // not for a relay to judge
            }
            if (error.isPresent()) {
                throw new ApiException(200, error.get(), null, null, false);
            }
        }

        @Override
        public byte @Nullable [] nextArrived() {
            try {
                return remember(stream.nextArrived());
            } catch (RunnelException e) {
                throw failure(e);
            }
        }

        private byte @Nullable [] remember(byte @Nullable [] data) {
            if (data != null) {
                latest.add(data);
                if (latest.size() > 2) {
                    latest.remove();
                }
            }
            return data;
        }

        private static boolean finishes(byte[] data) {
            try {
                return ChatJson.readChunk(data).choices().stream().anyMatch(choice -> choice.finishReason() != null);
            } catch (JsonException e) {
                return false;
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
