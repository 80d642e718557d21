package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.http.responses.items.CitedParts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An item of a response's output as far as it has grown. For one thread. */
abstract sealed class Growing {
    final String id;

    /** Its place in the output. */
    final int index;

    String status = "in_progress";

    boolean open = true;

    Growing(String id, int index) {
        this.id = id;
        this.index = index;
    }

    abstract ResponseItem item();

    /** A part of a message. */
    static final class Part {
        final boolean refusal;
        final StringBuilder text = new StringBuilder();
        final List<JsonValue> annotations = new ArrayList<>();

        Part(boolean refusal) {
            this.refusal = refusal;
        }

        JsonValue json() {
            return refusal ? CitedParts.refusal(text.toString()) : CitedParts.text(text.toString(), annotations);
        }
    }

    /** A message of the model's. */
    static final class Message extends Growing {
        final List<Part> parts = new ArrayList<>();

        /** The container of the thread's code. */
        final String container;

        /** The place of the part that grows; -1 if none does. */
        int openPart = -1;

        /** The place of that part in the run's message. */
        int openInMessage = -1;

        /** The places of parts by those in the run's message, which may also show images. */
        private final Map<Integer, Integer> places = new HashMap<>();

        Message(String id, int index, String container) {
            super(id, index);
            this.container = container;
        }

        /** The place of a part; a new one if it has none. */
        int place(int inMessage) {
            return places.computeIfAbsent(inMessage, _ -> parts.size());
        }

        @Override
        ResponseItem item() {
            return new ResponseItem.Message(id, status, "assistant", parts.stream().map(Part::json).toList());
        }
    }

    /** A call of one of the caller's functions. */
    static final class Call extends Growing {
        final String callId;
        final String name;
        final StringBuilder arguments = new StringBuilder();

        Call(String id, int index, String callId, String name) {
            super(id, index);
            this.callId = callId;
            this.name = name;
        }

        @Override
        ResponseItem item() {
            return new ResponseItem.FunctionCall(id, callId, name, arguments.toString(), status);
        }
    }

    /** A search in vector stores. */
    static final class Search extends Growing {
        List<String> queries = List.of();
        @Nullable
        List<ResponseItem.Found> results;

        Search(String id, int index) {
            super(id, index);
        }

        @Override
        ResponseItem item() {
            return new ResponseItem.FileSearchCall(id, status, queries, results);
        }
    }

    /** Code that the server runs. */
    static final class Code extends Growing {
        final String container;
        final StringBuilder code = new StringBuilder();
        boolean written;
        @Nullable
        List<JsonValue> outputs;

        Code(String id, int index, String container) {
            super(id, index);
            this.container = container;
        }

        @Override
        ResponseItem item() {
            return new ResponseItem.CodeInterpreterCall(id, status, container, code.toString(), outputs);
        }
    }

    /** The reasoning of the model. */
    static final class Thought extends Growing {
        final StringBuilder text = new StringBuilder();

        Thought(String id, int index) {
            super(id, index);
        }

        @Override
        ResponseItem item() {
            return new ResponseItem.Reasoning(
                    id, List.of(), text.isEmpty() ? List.of() : List.of(CitedParts.reasoning(text.toString())), status);
        }
    }

    /** An item that came as a whole. */
    static final class Whole extends Growing {
        private final ResponseItem item;

        Whole(ResponseItem item, int index) {
            super(item.id(), index);
            this.item = item;
            status = "completed";
        }

        @Override
        ResponseItem item() {
            return item;
        }
    }
}
