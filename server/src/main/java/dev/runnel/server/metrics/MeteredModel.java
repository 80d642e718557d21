package dev.runnel.server.metrics;

import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.Model;
import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelException;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.model.ModelMember;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model whose calls are counted and timed. Thread-safe. */
final class MeteredModel implements Model {
    private final Model model;
    private final ModelMetrics metrics;

    MeteredModel(Model model, ModelMetrics metrics) {
        this.model = model;
        this.metrics = metrics;
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        MeteredCall call = new MeteredCall(metrics, prompt.model());
        return new Stream(watched(call, () -> model.stream(prompt)), call);
    }

    @Override
    public ChatRelay relay(byte[] request) {
        MeteredCall call = new MeteredCall(metrics, ModelMember.in(request));
        return new Relay(watched(call, () -> model.relay(request)), call);
    }

    @Override
    public ChatAnswer complete(byte[] request) {
        MeteredCall call = new MeteredCall(metrics, ModelMember.in(request));
        ChatAnswer reply = watched(call, () -> model.complete(request));
        count(call, reply.json());
        call.whole();
        return reply;
    }

    private static <T> T watched(MeteredCall call, Supplier<T> action) {
        try {
            return action.get();
        } catch (ModelException e) {
            throw call.failed(e);
        }
    }

    /** Counts the tokens that a reply, or the last chunk of one, tells. */
    private static void count(MeteredCall call, byte[] json) {
        try {
            ChatChunk chunk = ChatJson.readChunk(json);
            ChatUsage usage = chunk.usage();
            if (usage != null) {
                call.used(usage);
            }
        } catch (JsonException e) {
            // The caller gets it as it is, and it tells no tokens.
        }
    }

    /** Not measured: the figures are of chats. */
    @Override
    public Optional<byte[]> embed(byte[] request) {
        return model.embed(request);
    }

    @Override
    public List<ModelInfo> list() {
        return model.list();
    }

    @Override
    public @Nullable ModelInfo find(String name) {
        return model.find(name);
    }

    @Override
    public String answering(String name) {
        return model.answering(name);
    }

    @Override
    public String description() {
        return model.description();
    }

    @Override
    public void close() {
        model.close();
    }

    private record Stream(ModelStream stream, MeteredCall call) implements ModelStream {
        @Override
        public @Nullable ModelDelta next() {
            ModelDelta delta = watched(call, stream::next);
            if (delta == null) {
                call.whole();
            }
            return taken(delta);
        }

        @Override
        public @Nullable ModelDelta nextArrived() {
            return taken(watched(call, stream::nextArrived));
        }

        private @Nullable ModelDelta taken(@Nullable ModelDelta delta) {
            if (delta != null) {
                call.arrived();
            }
            if (delta instanceof ModelDelta.Used used) {
                call.used(used.usage());
            }
            return delta;
        }

        @Override
        public void close() {
            stream.close();
            call.closed();
        }
    }

    private static final class Relay implements ChatRelay {
        private final ChatRelay relay;
        private final MeteredCall call;
        private byte @Nullable [] last;

        Relay(ChatRelay relay, MeteredCall call) {
            this.relay = relay;
            this.call = call;
        }

        @Override
        public byte @Nullable [] next() {
            byte[] data = watched(call, relay::next);
            if (data == null) {
                if (last != null) {
                    count(call, last); // usage comes last
                }
                call.whole();
            }
            return taken(data);
        }

        @Override
        public byte @Nullable [] nextArrived() {
            return taken(watched(call, relay::nextArrived));
        }

        @Override
        public @Nullable String servedModel() {
            return relay.servedModel();
        }

        private byte @Nullable [] taken(byte @Nullable [] data) {
            if (data != null) {
                call.arrived();
                last = data;
            }
            return data;
        }

        @Override
        public void close() {
            relay.close();
            call.closed();
        }
    }
}
