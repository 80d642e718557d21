package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.ThreadEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A thread as chat messages, with its calls of tools. Model servers refuse calls without an output and outputs without a
 * call, so both are left out. For one thread.
 */
final class Dialogue {
    private static final String UNSEEN = "[An image, which outputs of functions cannot show to you.]";

    private final List<Turn> turns = new ArrayList<>();
    private final Map<String, Call> open = new HashMap<>();
    private @Nullable Calls group;

    private Dialogue() {}

    private sealed interface Turn {}

    private record Said(ChatMessage message) implements Turn {}

    private record Calls(List<Call> calls) implements Turn {}

    private static final class Call {
        private final ToolCallSlots.ToolCall call;
        private @Nullable JsonValue output;

        Call(ToolCallSlots.ToolCall call) {
            this.call = call;
        }
    }

    /** The chat messages of what stands in a thread, oldest first. */
    static List<ChatMessage> of(List<ThreadEntry> thread) {
        Dialogue dialogue = new Dialogue();
        for (int i = 0; i < thread.size(); i++) {
            dialogue.add(thread.get(i), i + 1 < thread.size() ? thread.get(i + 1) : null);
        }
        return dialogue.messages();
    }

    private void add(ThreadEntry entry, @Nullable ThreadEntry next) {
        switch (entry) {
            case ThreadEntry.Said said -> say(said.message(), next);
            case ThreadEntry.Called called -> call(called.step(), called.notes());
            case ThreadEntry.Beside beside -> addExtra(beside.extra());
        }
    }

    private void say(Message message, @Nullable ThreadEntry next) {
        Message following = next instanceof ThreadEntry.Said said ? said.message() : null;
        boolean left = message.role() == Role.ASSISTANT
                && (SentMessages.said(message).isEmpty() || SentMessages.triedAgain(message, following));
        if (!left) {
            say(SentMessages.of(message));
        }
    }

    private void say(ChatMessage message) {
        turns.add(new Said(message));
        group = null;
    }

    private void addExtra(ThreadEntry.Extra extra) {
        JsonValue data = extra.data();
        switch (extra.kind()) {
            case INSTRUCTION -> say(ChatMessage.system(text(data.get("content"))));
            case CALL -> call(new ToolCallSlots.ToolCall(
                    data.get("call_id").text(), data.get("name").text(),
                    ToolCallSlots.normal(data.get("arguments").text()), null));
            case OUTPUT -> answer(data.get("call_id").text(), data.get("output"));
            case THOUGHT -> {
            }
        }
    }

    private void call(RunStep step, @Nullable StepNotes notes) {
        if (!(step.stepDetails() instanceof StepDetails.ToolCalls details)) {
            return;
        }
        group = null;
        for (StepToolCall call : details.toolCalls()) {
            JsonValue extra = notes == null ? null : notes.extras().get(call.id());
            StepNotes.ServedCall served = notes == null ? null : notes.served().get(call.id());
            if (call instanceof StepToolCall.Function function) {
                call(SentMessages.call(call.id(), function.function().name(), function.function().arguments(), extra));
                String output = function.function().output();
                if (output != null) {
                    answer(call.id(), JsonValue.of(output));
                }
            } else if (served != null && !served.name().isEmpty()) {
                call(SentMessages.call(call.id(), served.name(), served.arguments(), extra));
                answer(call.id(), JsonValue.of(served.output()));
            }
        }
    }

    private void call(ToolCallSlots.ToolCall called) {
        Calls calls = group;
        if (calls == null) {
            calls = new Calls(new ArrayList<>());
            turns.add(calls);
            group = calls;
        }
        Call call = new Call(called);
        calls.calls.add(call);
        open.put(called.id(), call);
    }

    private void answer(String callId, JsonValue output) {
        Call call = open.remove(callId);
        if (call != null) {
            call.output = output;
        }
    }

    private List<ChatMessage> messages() {
        List<ChatMessage> messages = new ArrayList<>();
        for (Turn turn : turns) {
            switch (turn) {
                case Said said -> messages.add(said.message());
                case Calls calls -> addCalls(messages, calls.calls());
            }
        }
        return messages;
    }

    private static void addCalls(List<ChatMessage> messages, List<Call> all) {
        List<Call> calls = all.stream().filter(call -> call.output != null).toList();
        if (calls.isEmpty()) {
            return;
        }
        List<JsonValue> sent = calls.stream().map(call -> call.call.toJson()).toList();
        boolean sameReply = !messages.isEmpty() && messages.getLast().role().equals("assistant")
                && messages.getLast().toolCalls() == null;
        JsonValue text = sameReply ? messages.removeLast().content() : JsonValue.NULL;
        messages.add(new ChatMessage("assistant", text, sent, null));
        for (Call call : calls) {
            JsonValue output = call.output == null ? JsonValue.NULL : call.output;
            messages.add(ChatMessage.tool(call.call.theirId(), output.isText() ? output.text() : text(output)));
        }
    }

    /** The text of content that is text, or has parts of text. An output cannot have images for the model. */
    private static String text(JsonValue content) {
        if (content.isText()) {
            return content.text();
        }
        StringBuilder text = new StringBuilder();
        for (JsonValue part : content.elements()) {
            text.append(part.get("type").text().equals("input_image") ? UNSEEN : part.get("text").text());
        }
        return text.toString();
    }
}
