package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.ApiException;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.server.base.Nearest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thread, to which turns are added. Not thread-safe. */
final class Conversation {
    /** How many times in a row, without an event in between, a broken stream of a reply is re-attached. */
    private static final int TRIES = 4;

    private static final int NEAR = 3;

    private final RunnelClient client;
    private final Assistant assistant;
    private final Settings settings;
    private String model;
    private @Nullable String instructions;
    private @Nullable String thread;

    /**
     * A conversation with an assistant.
     *
     * @param settings the options of replies; its instructions replace the assistant's
     * @param model replaces the assistant's; null for the assistant's
     * @param thread the thread to go on with; null for a new one
     */
    Conversation(
            RunnelClient client, Assistant assistant, Settings settings, @Nullable String model,
            @Nullable String thread) {
        this.client = client;
        this.assistant = assistant;
        this.settings = settings;
        this.model = model == null ? assistant.model() : model;
        this.instructions = settings.system == null ? assistant.instructions() : settings.system;
        this.thread = thread;
    }

    /** The model that answers. */
    String model() {
        return model;
    }

    void model(String name) {
        model = name;
    }

    /** Warns if the server does not list the model. It may still answer. */
    void check() {
        List<String> names;
        try {
            names = client.models().list().stream().map(ModelInfo::id).toList();
        } catch (ApiException e) {
            return; // the server has no such list
        }
        if (!names.isEmpty() && !names.contains(model)) {
            Terminal.line("The server does not list the model " + model + ". Similar names: "
                    + String.join(", ", Nearest.of(model, names, NEAR)) + ". /model NAME changes it.");
        }
    }

    /** The instructions of the next replies; null or empty for none. */
    @Nullable
    String instructions() {
        return instructions;
    }

    /** Changes the instructions of the next replies; the empty text removes those of the assistant too. */
    void instructions(String text) {
        instructions = text;
    }

    /** The latest messages, oldest first. */
    List<Message> latest(int count) {
        return thread == null ? List.of() : client.messages().list(thread).pagesOf(count).page().data().reversed();
    }

    /** All messages, oldest first. */
    Iterable<Message> all() {
        return thread == null ? List.of() : client.messages().list(thread).oldestFirst().pagesOf(100);
    }

    /** Adds a message of the user, and streams the reply. */
    RunStream say(String text, List<Attachment> attachments) {
        MessageRequest message = Attachment.message(client, text, attachments);
        RunOptions options = RunOptions.DEFAULT.withAutoResume(TRIES);
        return thread == null
                ? client.runs().streamWithThread(request().thread(ThreadRequest.of(message)).build(), options)
                : client.runs().stream(thread, request().additionalMessages(List.of(message)).build(), options);
    }

    /** Deletes the latest reply, if there is one, and streams another one to the same message. */
    RunStream retry() {
        String there = thread;
        if (there == null) {
            throw new CommandException("there is no message yet");
        }
        for (Message message : client.messages().list(there).pagesOf(20)) {
            if (message.role() == Role.USER) {
                return client.runs().stream(there, request().build(), RunOptions.DEFAULT.withAutoResume(TRIES));
            }
            client.messages().delete(there, message.id());
        }
        throw new CommandException("there is no message yet");
    }

    private RunRequest.Builder request() {
        RunRequest.Builder request = RunRequest.builder(assistant.id());
        if (!model.equals(assistant.model())) {
            request.model(model);
        }
        if (instructions != null && !instructions.equals(Objects.requireNonNullElse(assistant.instructions(), ""))) {
            request.instructions(instructions);
        }
        settings.apply(request);
        return request;
    }

    /** Remembers the thread of the first run. */
    void follow(Run run) {
        thread = run.threadId();
    }

    /** Cancels a run that waits for outputs nobody will give, so that the thread is free again. */
    void cancel(Run run) {
        client.runs().cancel(run.threadId(), run.id());
    }

    /** The thread; null before the first message of a new one. */
    @Nullable
    String thread() {
        return thread;
    }
}
