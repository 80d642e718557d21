package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.reply.EventLine;
import dev.runnel.cli.reply.Reply;
import dev.runnel.cli.reply.Tally;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RawChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runnel complete}: a chat completion. */
@Command(name = "complete", mixinStandardHelpOptions = true, description = "Streams a chat completion, without an assistant or a thread. Nothing is kept.", footer = {
    "  runnel complete \"What is a runnel?\"",
    "  git diff | runnel complete --system \"Write a commit message.\" -",
    "  runnel complete --json \"Hi\" | jq -r '.choices[0].delta.content // empty'"})
public final class CompleteCommand implements Callable<Integer> {
    @Mixin
    Question question = new Question();

    @Override
    public Integer call() {
        Settings settings = question.settings;
        List<ChatMessage> messages = new ArrayList<>();
        if (settings.system != null) {
            messages.add(ChatMessage.system(settings.system));
        }
        messages.add(Attachment.chatMessage(question.prompt(), settings.attachments()));
        Tally tally = new Tally();
        Reply reply = new Reply(question.display());
        ChatCompletion completion;
        String model;
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(() -> question.source.open(null));
            model = question.source.model(target);
            ChatRequest.Builder builder = ChatRequest.builder(model, messages);
            settings.apply(builder, model);
            ChatRequest request = builder.build();
            completion = question.json ? asJson(target.client(), request)
                    : shown(target.client(), request, reply, tally);
        }
        return finish(completion, model, reply, tally);
    }

    private ChatCompletion shown(RunnelClient client, ChatRequest request, Reply reply, Tally tally) {
        Terminal.waiting();
        return question.whole ? whole(client, request, reply) : streamed(client, request, reply, tally);
    }

    /** Prints the data unchanged, and returns its text. */
    private ChatCompletion asJson(RunnelClient client, ChatRequest request) {
        if (question.whole) {
            byte[] body = client.chat().createRaw(Json.write(request.withStream(false)));
            Terminal.print(EventLine.of(body) + "\n");
            return ChatJson.readCompletion(body);
        }
        ChatFold fold = new ChatFold(() -> "call_" + UUID.randomUUID());
        try (RawChatStream stream = client.chat().streamRaw(Json.write(request.withStream(true)))) {
            for (byte[] chunk; (chunk = stream.next()) != null;) {
                Terminal.print(EventLine.of(chunk) + "\n");
                fold.apply(read(chunk));
            }
        }
        return fold.completion();
    }

    private static ChatChunk read(byte[] chunk) {
        try {
            ChatJson.errorIn(chunk).ifPresent(error -> {
                throw new CommandException(error.message());
            });
            return ChatJson.readChunk(chunk);
        } catch (JsonException e) {
            throw new CommandException("the stream broke off: " + e.getMessage());
        }
    }

    private static ChatCompletion streamed(RunnelClient client, ChatRequest request, Reply reply,
            Tally tally) {
        try (ChatStream stream = client.chat().stream(request)) {
            for (ChatChunk chunk : stream) {
                if (!chunk.text().isEmpty()) {
                    tally.piece(chunk.text());
                    reply.add(chunk.text());
                }
            }
            return stream.completion();
        }
    }

    private static ChatCompletion whole(RunnelClient client, ChatRequest request, Reply reply) {
        ChatCompletion completion = client.chat().create(request);
        reply.add(completion.text());
        return completion;
    }

    private Integer finish(ChatCompletion completion, String asked, Reply reply, Tally tally) {
        if (!question.json) {
            reply.end();
            ChatUsage usage = completion.usage();
            String model = completion.model().isEmpty() ? asked : completion.model();
            Terminal.dim(tally.line(model, usage == null ? 0 : usage.completionTokens(), !question.whole));
        }
        ChatCompletion.Choice choice = completion.choices().isEmpty() ? null : completion.choices().getFirst();
        if (choice == null || (choice.content().isEmpty() && choice.refusal().isEmpty())) {
            throw new CommandException("the model's answer is empty");
        }
        if (!choice.refusal().isEmpty()) {
            throw new CommandException("the model refused: " + choice.refusal());
        }
        if ("length".equals(choice.finishReason()) || "content_filter".equals(choice.finishReason())) {
            throw new CommandException("the reply was cut off: " + choice.finishReason());
        }
        return 0;
    }
}
