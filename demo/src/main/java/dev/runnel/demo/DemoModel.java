package dev.runnel.demo;

import dev.runnel.demo.speech.Pace;
import dev.runnel.demo.speech.Programs;
import dev.runnel.demo.speech.Quotes;
import dev.runnel.demo.speech.Storyteller;
import dev.runnel.demo.speech.TokenCutter;
import dev.runnel.demo.speech.ToolAnswer;
import dev.runnel.demo.speech.ToolArguments;
import dev.runnel.demo.speech.WantedFunction;
import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelException;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.protocol.chat.ToolCallFragment;
import dev.runnel.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The built-in model. It makes up small stories at a reading pace, and calls a tool when one is offered and the prompt
 * asks for it. It needs no key, no network and no weights. The same conversation gets the same reply. Any model name
 * will do.
 */
public final class DemoModel implements Model {
    /** The name that the list of models shows. */
    public static final String NAME = "demo";

    @Override
    public ModelStream stream(ChatRequest prompt) {
        return new Reply(replyTo(prompt));
    }

    @Override
    public ChatRelay relay(byte[] request) {
        ChatRequest prompt = read(request);
        JsonValue options = prompt.streamOptions();
        boolean usage = options != null && Boolean.TRUE.equals(options.get("include_usage").toJava());
        return new Relay(prompt.model(), stream(prompt), usage);
    }

    @Override
    public ChatAnswer complete(byte[] request) {
        ChatRequest prompt = read(request);
        ChatFold fold = new ChatFold(DemoModel::callId);
        try (Relay relay = new Relay(prompt.model(), stream(prompt), true)) {
            for (ChatChunk chunk; (chunk = relay.nextChunk()) != null;) {
                fold.apply(chunk);
            }
        }
        return ChatAnswer.of(ChatJson.writeCompletion(fold.completion()));
    }

    private static ChatRequest read(byte[] request) {
        try {
            ChatRequest read = Json.read(request, ChatRequest.class);
            for (int i = 0; i < read.messages().size(); i++) {
                if (read.messages().get(i).role() == null) {
                    throw refusal("a message has no role", "messages[" + i + "].role");
                }
            }
            return read;
        } catch (JsonException e) {
            throw refusal(e.getMessage(), null);
        }
    }

    private static ErrorAnswerException refusal(@Nullable String why, @Nullable String param) {
        String message = "The demo model cannot read the request: " + why;
        return new ErrorAnswerException(
                ModelException.Kind.INVALID_PROMPT, 400, ApiError.invalidRequest(message, param, null), null, null);
    }

    /** It has none. */
    @Override
    public Optional<byte[]> embed(byte[] request) {
        return Optional.empty();
    }

    @Override
    public List<ModelInfo> list() {
        return List.of(new ModelInfo(NAME, 0, "runnel"));
    }

    @Override
    public String description() {
        return "the built-in demo model, which makes up small stories and knows nothing";
    }

    @Override
    public void close() {}

    private static String callId() {
        return "call_" + random(24);
    }

    /** Letters and digits for an id, at most 32. */
    private static String random(int length) {
        return UUID.randomUUID().toString().replace("-", "").substring(0, length);
    }

    /** A whole reply, planned before its first token is sent: its deltas and the waits before them. */
    private record Planned(List<ModelDelta> deltas, List<Duration> waits) {}

    private static Planned replyTo(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        int lastUser = lastUser(messages);
        String prompt = lastUser < 0 ? "" : messages.get(lastUser).text();
        Optional<Tool.Function> tool = lastUser == messages.size() - 1 ? wantedTool(request, prompt) : Optional.empty();
        List<ToolAnswer.Outcome> outcomes = outcomes(messages, lastUser);
        List<ModelDelta> deltas = new ArrayList<>();
        List<Duration> waits = new ArrayList<>();
        Pace pace = Pace.reading(prompt.hashCode());
        String finish = "stop";
        List<String> tokens;
        if (tool.isPresent()) {
            String id = callId();
            String name = tool.get().function().name();
            tokens = TokenCutter.split(arguments(tool.get().function(), prompt));
            tokens.forEach(token -> deltas.add(new ModelDelta.ToolCall(0, id, name, token, null)));
            finish = "tool_calls";
        } else {
            String text = Quotes.answer(Quotes.before(prompt), prompt).orElseGet(() -> outcomes.isEmpty()
                    ? story(request, messages, lastUser, prompt)
                    : ToolAnswer.reply(prompt, outcomes));
            tokens = TokenCutter.split(text);
            Long limit = request.maxCompletionTokens() == null ? request.maxTokens() : request.maxCompletionTokens();
            if (limit != null && tokens.size() > limit) {
                tokens = tokens.subList(0, Math.toIntExact(limit));
                finish = "length";
            }
            tokens.forEach(token -> deltas.add(new ModelDelta.Text(token)));
        }
        for (int i = 0; i < tokens.size(); i++) {
            waits.add(pace.before(i, tokens));
        }
        deltas.add(new ModelDelta.Finished(finish));
        deltas.add(new ModelDelta.Used(usage(messages, tokens.size())));
        return new Planned(deltas, waits);
    }

    private static String arguments(FunctionDefinition function, String prompt) {
        if (Quotes.isSearch(function.name())) {
            return JsonValue.of(Map.of("query", Quotes.query(prompt))).toString();
        }
        if (Programs.isInterpreter(function.name())) {
            return JsonValue.of(Map.of("code", Programs.of(prompt))).toString();
        }
        JsonValue schema = Objects.requireNonNullElse(function.parameters(), JsonValue.EMPTY_OBJECT);
        return ToolArguments.of(Json.tree(schema), prompt).toString();
    }

    private static int lastUser(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role().equals("user")) {
                return i;
            }
        }
        return -1;
    }

    private static String story(ChatRequest request, List<ChatMessage> messages, int lastUser, String prompt) {
        StringBuilder instructions = new StringBuilder();
        long turn = 0;
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            if (message.role().equals("system") || message.role().equals("developer")) {
                instructions.append(message.text()).append('\n');
            } else if (i < lastUser && message.role().equals("assistant")) {
                turn++;
            }
        }
        JsonValue format = request.responseFormat();
        boolean json = format != null && format.get("type").text().startsWith("json");
        return Storyteller.reply(new Storyteller.Ask(prompt, instructions.toString(), json, turn));
    }

    private static Optional<Tool.Function> wantedTool(ChatRequest request, String prompt) {
        List<Tool.Function> functions = new ArrayList<>();
        for (Tool tool : Objects.requireNonNullElse(request.tools(), List.<Tool>of())) {
            if (tool instanceof Tool.Function function) {
                functions.add(function);
            }
        }
        JsonValue choice = request.toolChoice();
        String mode = choice == null ? "auto" : choice.text();
        if (functions.isEmpty() || mode.equals("none")) {
            return Optional.empty();
        }
        String named = choice == null ? "" : choice.get("function").get("name").text();
        String wanted = named.isEmpty()
                ? interpreter(functions, prompt)
                        .or(() -> WantedFunction.wanted(prompt, functions.stream().map(DemoModel::offered)
                                .filter(function -> !Programs.isInterpreter(function.name())).toList()))
                        .or(() -> functions.stream().map(function -> function.function().name())
                                .filter(name -> Quotes.isSearch(name) || mode.equals("required")).findFirst())
                        .orElse("")
                : named;
        return functions.stream().filter(function -> function.function().name().equals(wanted)).findFirst();
    }

    /** The function that runs programs, if there is one and the prompt asks for a program. */
    private static Optional<String> interpreter(List<Tool.Function> functions, String prompt) {
        return functions.stream().map(function -> function.function().name())
                .filter(name -> Programs.isInterpreter(name) && Programs.wanted(prompt)).findFirst();
    }

    private static WantedFunction.Function offered(Tool.Function function) {
        return new WantedFunction.Function(
                function.function().name(), Objects.requireNonNullElse(function.function().description(), ""));
    }

    /** The outputs of the tools since the user's last message. */
    private static List<ToolAnswer.Outcome> outcomes(List<ChatMessage> messages, int lastUser) {
        Map<String, String> functions = functions(messages);
        List<ToolAnswer.Outcome> outcomes = new ArrayList<>();
        for (ChatMessage message : messages.subList(lastUser + 1, messages.size())) {
            if (message.role().equals("tool")) {
                String callId = Objects.requireNonNullElse(message.toolCallId(), "");
                outcomes.add(
                        new ToolAnswer.Outcome(functions.getOrDefault(callId, "the tool"), message.text()));
            }
        }
        return outcomes;
    }

    /** The names of the functions that were called, by the ids of the calls. */
    private static Map<String, String> functions(List<ChatMessage> messages) {
        Map<String, String> functions = new HashMap<>();
        for (ChatMessage message : messages) {
            for (JsonValue call : Objects.requireNonNullElse(message.toolCalls(), List.<JsonValue>of())) {
                functions.putIfAbsent(call.get("id").text(), call.get("function").get("name").text());
            }
        }
        return functions;
    }

    private static ChatUsage usage(List<ChatMessage> messages, int completion) {
        long asked = 0;
        for (ChatMessage message : messages) {
            asked += TokenCutter.count(message.text());
        }
        return new ChatUsage(asked, completion, asked + completion, 0, 0);
    }

    /** Streams a planned reply, token by token. */
    private static final class Reply implements ModelStream {
        private final Planned planned;
        private final CountDownLatch closed = new CountDownLatch(1);
        private int said;

        Reply(Planned planned) {
            this.planned = planned;
        }

        @Override
        public @Nullable ModelDelta next() {
            if (said == planned.deltas().size()) {
                return null;
            }
            if (said < planned.waits().size()) {
                pause(planned.waits().get(said));
            }
            return planned.deltas().get(said++);
        }

        @Override
        public @Nullable ModelDelta nextArrived() {
            return null;
        }

        private void pause(Duration wait) {
            try {
                if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new ModelException(ModelException.Kind.SERVER_ERROR, "The model call was ended.", null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ModelException(ModelException.Kind.SERVER_ERROR, "The model call was interrupted.", e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** A reply as the chunks of a chat completion. */
    private static final class Relay implements ChatRelay {
        private final String id = "chatcmpl-" + random(29);
        private final String model;
        private final ModelStream reply;
        private final boolean usageMember;
        private final long created = System.currentTimeMillis() / 1000;
        private final ArrayDeque<ChatChunk> first = new ArrayDeque<>();
        private boolean callOpen;

        Relay(String model, ModelStream reply, boolean usageMember) {
            this.model = model;
            this.reply = reply;
            this.usageMember = usageMember;
            first.add(ChatChunk.of(id, model, created, ChatChunk.Delta.role("assistant"), null));
        }

        @Override
        public byte @Nullable [] next() {
            ChatChunk chunk = nextChunk();
            return chunk == null ? null : ChatJson.writeChunk(chunk, usageMember);
        }

        @Override
        public byte @Nullable [] nextArrived() {
            return null;
        }

        @Nullable
        ChatChunk nextChunk() {
            if (!first.isEmpty()) {
                return first.poll();
            }
            for (ModelDelta delta; (delta = reply.next()) != null;) {
                ChatChunk chunk = chunk(delta);
                if (chunk != null) {
                    return chunk;
                }
            }
            return null;
        }

        private @Nullable ChatChunk chunk(ModelDelta delta) {
            return switch (delta) {
                case ModelDelta.Text text -> chunk(ChatChunk.Delta.content(text.text()), null);
                case ModelDelta.ToolCall call -> chunk(fragment(call), null);
                case ModelDelta.Finished finished -> chunk(ChatChunk.Delta.EMPTY, finished.reason());
                case ModelDelta.Used used ->
                        usageMember ? new ChatChunk(id, model, created, List.of(), used.usage()) : null;
                case ModelDelta.Refusal refusal -> null;
                case ModelDelta.Reasoning reasoning -> null;
                case ModelDelta.Answered answered -> null;
            };
        }

        private ChatChunk.Delta fragment(ModelDelta.ToolCall call) {
            ToolCallFragment fragment = new ToolCallFragment(
                    call.position(), callOpen ? "" : call.id(), callOpen ? "" : call.name(), call.arguments(), null);
            callOpen = true;
            return new ChatChunk.Delta("", "", "", "", List.of(fragment));
        }

        private ChatChunk chunk(ChatChunk.Delta delta, @Nullable String finish) {
            return ChatChunk.of(id, model, created, delta, finish);
        }

        @Override
        public void close() {
            reply.close();
        }
    }
}
