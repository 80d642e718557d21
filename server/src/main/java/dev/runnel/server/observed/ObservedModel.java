package dev.runnel.server.observed;

import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.Model;
import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelException;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.model.ModelMember;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model whose calls observers are told of. Thread-safe. */
public final class ObservedModel implements Model {
    private final Model model;
    private final List<ModelObserver> observers;

    /** The same model, whose calls these observers are told of. */
    public ObservedModel(Model model, List<ModelObserver> observers) {
        this.model = model;
        this.observers = List.copyOf(observers);
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        ObservedCall call = new ObservedCall(observers, prompt.model(), true);
        return new Stream(call.watched(() -> model.stream(prompt)), call);
    }

    @Override
    public ChatRelay relay(byte[] request) {
        ObservedCall call = new ObservedCall(observers, ModelMember.in(request), true);
        return new Relay(call.watched(() -> model.relay(request)), call);
    }

    @Override
    public ChatAnswer complete(byte[] request) {
        ObservedCall call = new ObservedCall(observers, ModelMember.in(request), false);
        ChatAnswer reply = call.watched(() -> model.complete(request));
        tellServed(call, reply.servedModel());
        call.tellFrom(reply.json());
        call.whole();
        return reply;
    }

    private static void tellServed(ObservedCall call, @Nullable String served) {
        if (served != null) {
            call.tell(observer -> observer.answered("", served));
        }
    }

    /** Not observed: only chats are. */
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

    private record Stream(ModelStream stream, ObservedCall call) implements ModelStream {
        @Override
        public @Nullable ModelDelta next() {
            ModelDelta delta = read();
            if (delta == null) {
                call.whole();
            }
            return taken(delta);
        }

        /** As {@link Relay#read}. */
        private @Nullable ModelDelta read() {
            if (!call.hasBegun()) {
                return call.<@Nullable ModelDelta>watched(stream::next);
            }
            try {
                return stream.next();
            } catch (ModelException e) {
                call.failed(e);
                throw e;
            }
        }

        @Override
        public @Nullable ModelDelta nextArrived() {
            return taken(call.<@Nullable ModelDelta>watched(stream::nextArrived));
        }

        private @Nullable ModelDelta taken(@Nullable ModelDelta delta) {
            if (delta == null) {
                return null;
            }
            call.arrived();
            switch (delta) {
                case ModelDelta.Answered by -> call.tell(observer -> observer.answered(by.server(), by.model()));
                case ModelDelta.Used used -> call.tell(observer -> observer.used(used.usage()));
                case ModelDelta.Finished finished -> call.tell(observer -> observer.finished(finished.reason()));
                case ModelDelta.Text _,ModelDelta.Refusal _,ModelDelta.Reasoning _,ModelDelta.ToolCall _ -> {
                }
            }
            return delta;
        }

        @Override
        public void close() {
            call.closed(); // first: the thread that reads is told of a failure as soon as the reply is closed
            stream.close();
        }
    }

    private static final class Relay implements ChatRelay {
        private final ChatRelay relay;
        private final ObservedCall call;

        // The last chunk usually has the usage, and the one before it the finish reason.
        private byte @Nullable [] last;
        private byte @Nullable [] beforeLast;

        Relay(ChatRelay relay, ObservedCall call) {
            this.relay = relay;
            this.call = call;
        }

        @Override
        public byte @Nullable [] next() {
            byte[] data = read();
            if (data == null) {
                tellFromTheLast();
                call.whole();
            }
            return taken(data);
        }

        /**
         * Calls directly once the reply has begun. Through {@link ObservedCall#watched}, which has many callers, the JVM
         * does not inline the call, and each frame of a thread that waits for a token is copied at each token.
         */
        private byte @Nullable [] read() {
            if (!call.hasBegun()) {
                return call.<byte @Nullable []>watched(relay::next);
            }
            try {
                return relay.next();
            } catch (ModelException e) {
                call.failed(e);
                throw e;
            }
        }

        private void tellFromTheLast() {
            tellServed(call, relay.servedModel());
            if (beforeLast != null) {
                call.tellFrom(beforeLast);
            }
            if (last != null) {
                call.tellFrom(last);
            }
        }

        @Override
        public byte @Nullable [] nextArrived() {
            return taken(call.<byte @Nullable []>watched(relay::nextArrived));
        }

        @Override
        public @Nullable String servedModel() {
            return relay.servedModel();
        }

        private byte @Nullable [] taken(byte @Nullable [] data) {
            if (data != null) {
                call.arrived();
                beforeLast = last;
                last = data;
            }
            return data;
        }

        @Override
        public void close() {
            call.closed(); // first: the thread that reads is told of a failure as soon as the reply is closed
            relay.close();
        }
    }
}
