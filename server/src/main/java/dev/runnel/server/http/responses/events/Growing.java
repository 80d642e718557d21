package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.http.responses.items.CitedParts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An item of a response's output as far as it has grown. For one thread. */
abstract sealed class Growing {
    final String id;

    /** Its place in the output. */
    final int index;

    String status = "in_progress";

    Growing(String id, int index) {
        this.id = id;
        this.index = index;
    }

    boolean open() {
        return status.equals("in_progress");
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

        /** The place of the part that grows; -1 if none does. */
        int openPart = -1;

        Message(String id, int index) {
            super(id, index);
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

    /** What the model reasons. */
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
