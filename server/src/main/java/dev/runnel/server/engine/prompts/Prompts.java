package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.RunNotes;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.tool.RunTools;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the prompt for a run's model call: instructions, the thread's messages, and what the run has done so far. */
public final class Prompts {
    private static final String AUTO = "auto";

    /** Among how many of a thread's latest messages one of the user's is looked for. */
    private static final int MAX_LOOKED_AT = 100;

    private static final int ENTRIES_AT_ONCE = 200;

    private Prompts() {}

    /**
     * The entries of a run's thread before the run, as far as its prompt has room for them.
     *
     * @param limit how many tokens the prompt may have, if there is a limit
     */
    public static History history(Sql sql, Run run, Optional<Long> limit) throws SQLException {
        Optional<RunNotes> notes = Store.runNotes(sql, run.id());
        return notes.isEmpty()
                ? new History(messages(thread(sql, run, limit)), run.truncationStrategy().type(), null, false)
                : new History(
                        Dialogue.of(entries(sql, run)), notes.get().truncates() ? AUTO : "disabled",
                        notes.get().maxToolCalls(), true);
    }

    /** The entries of a run's thread besides the run's own, as far as a prompt has room for them, oldest first. */
    public static List<ThreadEntry> entries(Sql sql, Run run) throws SQLException {
        HistoryLimit room = new HistoryLimit(Optional.empty());
        List<ThreadEntry> entries = new ArrayList<>();
        ThreadEntry.Place from = ThreadEntry.Place.LAST;
        boolean more = true;
        while (more) {
            ThreadEntry.Place at = from;
            List<ThreadEntry> page = ThreadEntries.read(sql, run.threadId(), null, from, false, ENTRIES_AT_ONCE);
            more = page.size() == ENTRIES_AT_ONCE;
            for (ThreadEntry entry : page) {
                if (entry.place().equals(at) || run.id().equals(entry.runId())) {
                    continue;
                }
                entries.addFirst(entry);
                if (entry instanceof ThreadEntry.Said said && !room.test(said.message())) {
                    return entries;
                }
            }
            from = page.isEmpty() ? from : page.getLast().place();
        }
        return entries;
    }

    /** How many tokens a run's first prompt would have after these entries of its thread. */
    public static long tokens(Run run, List<ThreadEntry> thread, RunTools tools) {
        RunFold fold = new RunFold();
        fold.apply(RunEvent.RunChanged.created(run));
        History history = new History(Dialogue.of(thread), AUTO, null, true);
        return Tokens.of(prompt(fold, Map.of(), history, tools).request());
    }

    /** A thread's messages as they are sent. */
    private static List<ChatMessage> messages(List<Message> thread) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < thread.size(); i++) {
            Message message = thread.get(i);
            Message next = i + 1 < thread.size() ? thread.get(i + 1) : null;
            // Some model servers refuse a reply without words, such as one that was cut off before its first word.
            if (message.role() != Role.ASSISTANT
                    || (!SentMessages.said(message).isEmpty() && !SentMessages.triedAgain(message, next))) {
                messages.add(SentMessages.of(message));
            }
        }
        return messages;
    }

    /**
     * The messages of a run's thread that its prompt has room for, oldest first. Other messages of a long thread are
     * not read. If there is no room for some messages, the thread's first message is included all the same.
     */
    private static List<Message> thread(Sql sql, Run run, Optional<Long> limit) throws SQLException {
        Integer latest = run.truncationStrategy().lastMessages();
        if (!run.truncationStrategy().type().equals(AUTO) && latest != null) {
            return Store.latestMessages(sql, run, latest, message -> true);
        }
        HistoryLimit room = new HistoryLimit(limit);
        int most = room.most();
        List<Message> thread = new ArrayList<>(Store.latestMessages(sql, run, most, room));
        if (room.full() || thread.size() == most) {
            Store.firstMessage(sql, run.threadId())
                    .filter(first -> !first.id().equals(thread.getFirst().id()))
                    .ifPresent(thread::addFirst);
        }
        return thread;
    }

    /** The user's last message of a run's thread, if one of the latest messages is the user's. */
    public static Optional<Message> lastOfUser(Sql sql, Run run) throws SQLException {
        List<Message> latest = Store.latestMessages(
                sql, run, MAX_LOOKED_AT, message -> message.role() != Role.USER);
        return latest.stream().filter(message -> message.role() == Role.USER).findFirst();
    }

    /**
     * The prompt for a run's next model call.
     *
     * @param fold the run so far
     * @param notes on its steps, by their id
     * @param history what the thread had before
     * @param tools the run's tools
     */
    public static Prompt prompt(RunFold fold, Map<String, StepNotes> notes, History history, RunTools tools) {
        Run run = fold.run().orElseThrow();
        List<ChatMessage> messages = new ArrayList<>();
        if (!run.instructions().isEmpty()) {
            messages.add(ChatMessage.system(run.instructions()));
        }
        int from = messages.size();
        messages.addAll(history.messages());
        int to = messages.size();
        List<RunStep> steps = fold.steps().stream().filter(step -> step.status() != StepStatus.FAILED).toList();
        for (int i = 0; i < steps.size(); i++) {
            boolean afterText = i > 0 && steps.get(i - 1).stepDetails() instanceof StepDetails.MessageCreation;
            addStep(messages, fold, steps.get(i), notes.get(steps.get(i).id()), afterText);
        }
        ChatRequest.Builder prompt = ChatRequest.builder(run.model(), messages);
        addOptions(prompt, run, tools, steps.isEmpty());
        completionLeft(fold).ifPresent(prompt::maxCompletionTokens);
        return new Prompt(prompt.build(), from, to, history.strategy());
    }

    /** The completion tokens that the run may still use, if there is a limit. */
    public static Optional<Long> completionLeft(RunFold fold) {
        return fold.run().map(Run::maxCompletionTokens).map(limit -> limit - fold.usage().completionTokens());
    }

    /** The prompt tokens that the run may still use, if there is a limit. */
    public static Optional<Long> promptLeft(RunFold fold) {
        return fold.run().map(Run::maxPromptTokens).map(limit -> limit - fold.usage().promptTokens());
    }

    private static void addOptions(ChatRequest.Builder prompt, Run run, RunTools tools, boolean firstCall) {
        Double temperature = run.temperature();
        if (temperature != null) {
            prompt.temperature(temperature);
        }
        Double topP = run.topP();
        if (topP != null) {
            prompt.topP(topP);
        }
        String effort = run.reasoningEffort();
        if (effort != null) {
            prompt.reasoningEffort(effort);
        }
        if (run.responseFormat().isObject()) {
            prompt.responseFormat(run.responseFormat());
        }
        List<Tool> functions = tools.functions().stream().map(Prompts::asSent).toList();
        if (!functions.isEmpty()) {
            prompt.tools(functions);
            toolChoice(run, tools)
                    .filter(choice -> firstCall || choice.text().equals("none"))
                    .ifPresent(prompt::toolChoice);
            if (!run.parallelToolCalls()) {
                prompt.parallelToolCalls(false);
            }
        }
    }

    /**
     * The run's tool choice as a model server knows it; empty if it is the default, or a tool that the run does not
     * have. Only {@code none} is sent with every model call: a choice that forces a tool call each time would never
     * end.
     */
    private static Optional<JsonValue> toolChoice(Run run, RunTools tools) {
        JsonValue choice = run.toolChoice();
        if (choice.isText()) {
            return choice.text().equals(AUTO) ? Optional.empty() : Optional.of(choice);
        }
        String type = choice.get("type").text();
        return type.equals("function")
                ? Optional.of(choice)
                : tools.ofType(type).map(offered -> JsonValue.of(
                        Map.of("type", "function", "function", Map.of("name", offered.name()))));
    }

    /** The function as it is sent: {@code strict} is left out unless it is true, as not all model servers know it. */
    private static Tool asSent(FunctionDefinition function) {
        Boolean strict = Boolean.TRUE.equals(function.strict()) ? Boolean.TRUE : null;
        return new Tool.Function(
                new FunctionDefinition(function.name(), function.description(), function.parameters(), strict));
    }

    /**
     * @param afterText whether the step before is a message step, whose text is of the same reply and goes into the
     *     same message
     */
    private static void addStep(
            List<ChatMessage> messages, RunFold fold, RunStep step, @Nullable StepNotes notes, boolean afterText) {
        switch (step.stepDetails()) {
            case StepDetails.MessageCreation creation ->
                    fold.message(creation.messageCreation().messageId())
                            .filter(message -> !message.text().isEmpty())
                            .ifPresent(message -> messages.add(ChatMessage.assistant(message.text())));
            case StepDetails.ToolCalls details -> addCalls(messages, details, notes, afterText);
            case StepDetails.Unknown unknown -> {
            }
        }
    }

    private static void addCalls(
            List<ChatMessage> messages, StepDetails.ToolCalls details, @Nullable StepNotes notes, boolean afterText) {
        List<JsonValue> calls = new ArrayList<>();
        List<ChatMessage> outputs = new ArrayList<>();
        for (StepToolCall step : details.toolCalls()) {
            JsonValue extra = notes == null ? null : notes.extras().get(step.id());
            StepNotes.ServedCall served = notes == null ? null : notes.served().get(step.id());
            if (served != null && served.name().isEmpty()) {
                addToQuestion(messages, served.output());
            } else if (step instanceof StepToolCall.Function function) {
                StepToolCall.Function.Call called = function.function();
                add(calls, outputs, SentMessages.call(step.id(), called.name(), called.arguments(), extra),
                        orEmpty(called.output()));
            } else if (served != null) {
                add(calls, outputs, SentMessages.call(step.id(), served.name(), served.arguments(), extra),
                        served.output());
            }
        }
        if (calls.isEmpty()) {
            return;
        }
        boolean oneReply = afterText && !messages.isEmpty() && messages.getLast().role().equals("assistant")
                && messages.getLast().toolCalls() == null;
        JsonValue text = oneReply ? messages.removeLast().content() : JsonValue.NULL;
        messages.add(new ChatMessage("assistant", text, calls, null));
        messages.addAll(outputs);
    }

    /** Adds the output of a call that the server made by itself to the user's last message. */
    private static void addToQuestion(List<ChatMessage> messages, String output) {
        int last = messages.size() - 1;
        while (last >= 0 && !messages.get(last).role().equals("user")) {
            last--;
        }
        if (last < 0) {
            messages.add(ChatMessage.user(output));
            return;
        }
        JsonValue content = messages.get(last).content();
        messages.set(last, content.isText()
                ? ChatMessage.user(content.text() + "\n\n" + output)
                : new ChatMessage("user", content.withElement(Map.of("type", "text", "text", output)), null, null));
    }

    private static void add(
            List<JsonValue> calls, List<ChatMessage> outputs, ToolCallSlots.ToolCall call, String output) {
        calls.add(call.toJson());
        outputs.add(ChatMessage.tool(call.theirId(), output));
    }

    private static String orEmpty(@Nullable String output) {
        return output == null ? "" : output;
    }
}
