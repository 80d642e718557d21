package dev.runnel.cli;

import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thread that is added to turn by turn. Not thread-safe. */
final class Conversation implements AutoCloseable {
    /** How often in a row, without an event in between, a reply whose stream broke off is taken up again. */
    private static final int TRIES = 4;

    private final RunnelClient client;
    private final String assistant;
    private final boolean ownAssistant;
    private final @Nullable String model;
    private final @Nullable String instructions;
    private @Nullable String thread;

    private Conversation(
            RunnelClient client, String assistant, boolean ownAssistant, @Nullable String model,
            @Nullable String instructions, @Nullable String thread) {
        this.client = client;
        this.assistant = assistant;
        this.ownAssistant = ownAssistant;
        this.model = model;
        this.instructions = instructions;
        this.thread = thread;
    }

    /**
     * A conversation with an assistant that is there.
     *
     * @param model instead of the assistant's; null for that
     * @param instructions instead of the assistant's; null for those
     * @param thread the thread to go on with; null for a new one
     */
    static Conversation with(
            RunnelClient client, String assistant, @Nullable String model, @Nullable String instructions,
            @Nullable String thread) {
        client.assistants().get(assistant);
        return new Conversation(client, assistant, false, model, instructions, thread);
    }

    /** A conversation with an assistant of its own, which is there as long as it is open. */
    static Conversation anew(
            RunnelClient client, String model, @Nullable String instructions, @Nullable String thread) {
        AssistantRequest.Builder request = AssistantRequest.builder(model).name("runnel chat");
        if (instructions != null) {
            request.instructions(instructions);
        }
        String assistant = client.assistants().create(request.build()).id();
        return new Conversation(client, assistant, true, null, null, thread);
    }

    /** The latest messages, oldest first. */
    List<Message> latest(int count) {
        return thread == null ? List.of() : client.messages().list(thread).pagesOf(count).page().data().reversed();
    }

    /** Adds what the user says, and streams the reply. */
    RunStream say(String text) {
        RunRequest.Builder request = RunRequest.builder(assistant);
        if (model != null) {
            request.model(model);
        }
        if (instructions != null) {
            request.instructions(instructions);
        }
        RunOptions options = RunOptions.DEFAULT.withAutoResume(TRIES);
        MessageRequest message = MessageRequest.user(text);
        return thread == null
                ? client.runs().streamWithThread(request.thread(ThreadRequest.of(message)).build(), options)
                : client.runs().stream(thread, request.additionalMessages(List.of(message)).build(), options);
    }

    /** Learns which thread the first run was made on. */
    void follow(Run run) {
        thread = run.threadId();
    }

    /** Ends a run that waits for somebody who is not there, so that the thread is free again. */
    void cancel(Run run) {
        client.runs().cancel(run.threadId(), run.id());
    }

    /** The thread; null before anything was said on a new one. */
    @Nullable
    String thread() {
        return thread;
    }

    @Override
    public void close() {
        if (ownAssistant) {
            try {
                client.assistants().delete(assistant);
            } catch (RunnelException e) {
                Terminal.dim("the assistant " + assistant + " was left behind: " + e.getMessage());
            }
        }
    }
}
