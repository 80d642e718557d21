package dev.runnel.server.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a model's prompt of a run: instructions, the thread's messages, and what this run has done so far. */
final class Prompts {
    private Prompts() {}

    /**
     * The prompt for a run's next model call.
     *
     * @param fold the run so far
     * @param thread the thread's messages, oldest first, with or without those of this run
     */
    static ChatRequest prompt(RunFold fold, List<Message> thread) {
        Run run = fold.run().orElseThrow();
        List<ChatMessage> messages = new ArrayList<>();
        if (!run.instructions().isEmpty()) {
            messages.add(ChatMessage.system(run.instructions()));
        }
        for (Message message : latest(thread, run)) {
            messages.add(chatMessage(message));
        }
        for (RunStep step : fold.steps()) {
            addStep(messages, fold, step);
        }
        ChatRequest.Builder prompt = ChatRequest.builder(run.model(), messages);
        addOptions(prompt, run, fold.steps().isEmpty());
        budget(fold).ifPresent(prompt::maxCompletionTokens);
        return prompt.build();
    }

    /** What is left of the completion tokens that the whole run may use, if there is a limit. */
    static Optional<Long> budget(RunFold fold) {
        return fold.run().map(Run::maxCompletionTokens).map(limit -> limit - fold.usage().completionTokens());
    }

    private static void addOptions(ChatRequest.Builder prompt, Run run, boolean firstCall) {
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
        List<Tool> functions = run.tools().stream().filter(Tool.Function.class::isInstance).toList();
        if (!functions.isEmpty()) {
            prompt.tools(functions);
            // Forcing a call at every call of the model would never end.
            if (firstCall && !run.toolChoice().asText().equals("auto")) {
                prompt.toolChoice(run.toolChoice());
            }
            if (!run.parallelToolCalls()) {
                prompt.parallelToolCalls(false);
            }
        }
    }

    private static List<Message> latest(List<Message> thread, Run run) {
        List<Message> before = thread.stream().filter(message -> !run.id().equals(message.runId())).toList();
        Integer keep = run.truncationStrategy().lastMessages();
        return keep == null || keep >= before.size() ? before : before.subList(before.size() - keep, before.size());
    }

    private static ChatMessage chatMessage(Message message) {
        if (message.role() == Role.ASSISTANT) {
            return ChatMessage.assistant(message.text());
        }
        boolean plain = message.content().stream().allMatch(MessageContent.Text.class::isInstance);
        return plain ? ChatMessage.user(message.text()) : new ChatMessage("user", parts(message), null, null);
    }

    private static JsonNode parts(Message message) {
        ArrayNode parts = Json.object().putArray("content");
        for (MessageContent part : message.content()) {
            if (part instanceof MessageContent.Text text) {
                parts.addObject().put("type", "text").put("text", text.text().value());
            } else {
                parts.add(Json.tree(part));
            }
        }
        return parts;
    }

    private static void addStep(List<ChatMessage> messages, RunFold fold, RunStep step) {
        switch (step.stepDetails()) {
            case StepDetails.MessageCreation creation ->
                    fold.message(creation.messageCreation().messageId())
                            .filter(message -> !message.text().isEmpty())
                            .ifPresent(message -> messages.add(ChatMessage.assistant(message.text())));
            case StepDetails.ToolCalls details -> {
                List<ObjectNode> calls = new ArrayList<>();
                List<ChatMessage> outputs = new ArrayList<>();
                for (StepToolCall call : details.toolCalls()) {
                    if (call instanceof StepToolCall.Function function) {
                        calls.add(new ToolCallSlots.ToolCall(
                                function.id(), function.function().name(), function.function().arguments(), null)
                                .toJson());
                        outputs.add(ChatMessage.tool(function.id(), orEmpty(function.function().output())));
                    }
                }
                messages.add(ChatMessage.assistantCalls(calls));
                messages.addAll(outputs);
            }
            case StepDetails.Unknown unknown -> {
            }
        }
    }

    private static String orEmpty(@Nullable String output) {
        return output == null ? "" : output;
    }
}
