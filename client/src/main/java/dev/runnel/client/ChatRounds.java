package dev.runnel.client;

import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A conversation with function calls: the next request, and the messages so far. For one thread. */
final class ChatRounds {
    private final ChatOptions options;
    private ChatRequest request;
    private int rounds;

    ChatRounds(ChatRequest first, ChatOptions options) {
        this.options = options;
        this.request = options.offered(first);
    }

    boolean callFunctions() {
        return options.tools() != null;
    }

    /** The next request. */
    ChatRequest request() {
        return request;
    }

    /**
     * Calls the functions that a reply asks for. If the request forces a tool, it does so in the first round only: otherwise
     * the model could never answer.
     *
     * @return whether there is another {@linkplain #request() request} to make; if not, the reply is the last one
     */
    boolean goesOn(ChatCompletion completion) {
        Tools tools = options.tools();
        ChatCompletion.Choice choice = completion.choices().isEmpty() ? null : completion.choices().get(0);
        if (tools == null || choice == null || !callsFunctions(choice) || rounds == options.maxToolRounds()) {
            return false;
        }
        rounds++;
        List<ChatMessage> messages = after(choice);
        for (ToolOutput output : tools.answer(calls(choice), options.toolFailuresThrown())) {
            messages.add(ChatMessage.tool(output.toolCallId(), output.output()));
        }
        request = request.withMessages(messages).withToolChoice(null);
        return true;
    }

    /** If a reply was cut off, its calls may be cut off too. */
    private static boolean callsFunctions(ChatCompletion.Choice choice) {
        return !choice.toolCalls().isEmpty() && !"length".equals(choice.finishReason())
                && !"content_filter".equals(choice.finishReason());
    }

    private static List<FunctionToolCall> calls(ChatCompletion.Choice choice) {
        return choice.toolCalls().stream()
                .map(call -> new FunctionToolCall(call.id(), new FunctionToolCall.Call(call.name(), call.arguments())))
                .toList();
    }

    /** The conversation up to the last request, and its reply as far as it has arrived. */
    List<ChatMessage> conversation(ChatCompletion reply) {
        return List.copyOf(after(reply.choices().isEmpty() ? null : reply.choices().get(0)));
    }

    private List<ChatMessage> after(ChatCompletion.@Nullable Choice choice) {
        List<ChatMessage> messages = new ArrayList<>(request.messages());
        if (choice != null) {
            messages.add(ChatMessage.of(choice));
        }
        return messages;
    }
}
