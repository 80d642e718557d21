package dev.runnel.server.engine.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.model.ModelDelta;
import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ToolCallDelta;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.base.Ids;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.tool.CallDisplay;
import dev.runnel.server.tool.RunTools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one model reply into a run's log: a message step for its text, then one tool step for all its calls. Official
 * clients allow one open message and one open step, and do not return to an earlier one. So later calls are held until
 * the reply is over, and text after a call, mostly a stray line end, is left out.
 */
final class ReplyWriter {
    private final RunSession session;
    private final RunLimits limits;
    private final RunContext context;
    private final RunTools tools;
    private final Run run;
    private final HandedFiles files;
    private final List<ModelDelta.ToolCall> held = new ArrayList<>();
    private final Map<String, JsonValue> extras = new HashMap<>();

    /** Makes citations of the markers in the text; null if the run has no tool whose findings are cited. */
    private final @Nullable CitedText cited;

    /** The calls for the server's own tools, in the order in which they are shown. */
    private final List<ServerCall> serverCalls = new ArrayList<>();

    private @Nullable String messageId;
    private @Nullable String toolStepId;
    private int parts;
    private int textPart = -1;
    private int refusalPart = -1;
    private int lastCall = -1;
    private boolean calledFunctions;
    private Map<String, String> served = Map.of();
    private long characters;
    private long reasoned;
    private @Nullable String thoughtId;
    private final StringBuilder thoughts = new StringBuilder();

    ReplyWriter(RunSession session, RunContext context, RunTools tools) {
        this.session = session;
        this.limits = context.policy().limits();
        this.context = context;
        this.tools = tools;
        this.run = session.run();
        this.files = session.files();
        this.cited = tools.cited() ? new CitedText(session.sources(), files.links()) : null;
    }

    /** A call for one of the server's own tools, as far as the model has written it. */
    private record ServerCall(
            int index, String id, RunTools.Offered offered, CallDisplay display, StringBuilder arguments) {}

    /** Notes on the steps of this reply which model server answers. */
    void answered(ModelDelta.Answered by) {
        served = StepOrigin.of(by);
    }

    void text(String text) throws InterruptedException {
        endReasoning();
        count(text);
        if (calledTools()) {
            return;
        }
        if (cited == null) {
            show(text, List.of());
        } else {
            showAll(cited.add(text));
        }
    }

    /** Shows the text that was held back, as no more text follows. */
    void endText() throws InterruptedException {
        endReasoning();
        if (cited != null) {
            showAll(cited.end());
        }
    }

    private void showAll(List<CitedText.Piece> pieces) throws InterruptedException {
        for (CitedText.Piece piece : pieces) {
            show(piece.text(), piece.annotations());
        }
    }

    private void show(String text, List<JsonValue> annotations) throws InterruptedException {
        String message = openMessage();
        boolean first = textPart < 0;
        if (first) {
            textPart = parts++;
        }
        session.emit(new RunEvent.MessageDelta(message, List.of(
                new ContentDelta.Text(textPart, text, first || !annotations.isEmpty() ? annotations : null))));
    }

    void refusal(String refusal) throws InterruptedException {
        endReasoning();
        count(refusal);
        if (calledTools()) {
            return;
        }
        String message = openMessage();
        if (refusalPart < 0) {
            refusalPart = parts++;
        }
        session.emit(new RunEvent.MessageDelta(message, List.of(new ContentDelta.Refusal(refusalPart, refusal))));
    }

    /**
     * Writes what the model reasons into hidden entries: the Assistants API does not show it. It has the limit of a
     * message.
     */
    void reasoning(String thought) throws InterruptedException {
        reasoned += thought.length();
        limits.checkMessage(reasoned);
        limits.checkEvents(session.position() + 1);
        if (thoughtId == null) {
            String id = Ids.thought();
            thoughtId = id;
            session.work(it -> it.append(new HiddenEvent("reasoning.created", JsonValue.of(Map.of("id", id)))));
        }
        thoughts.append(thought);
        session.work(it -> it.append(new HiddenEvent("reasoning.delta", JsonValue.of(thought))));
    }

    /** Ends a stretch of reasoning, as the reply goes on with something else or is over. */
    private void endReasoning() throws InterruptedException {
        String id = thoughtId;
        if (id == null) {
            return;
        }
        String text = thoughts.toString();
        thoughtId = null;
        thoughts.setLength(0);
        session.work(it -> it.append(
                new HiddenEvent("reasoning.completed", JsonValue.of(Map.of("id", id))),
                new ThreadEntry.Extra(id, ThreadEntry.Kind.THOUGHT, JsonValue.of(Map.of("text", text)))));
    }

    void toolCall(ModelDelta.ToolCall call) throws InterruptedException {
        endReasoning();
        RunLimits.checkCalls(call.position());
        count(call.arguments());
        JsonValue extra = call.extra();
        if (extra != null) {
            extras.merge(call.id(), extra, (before, more) -> before.with(more.asMap()));
        }
        if (call.position() > 0) {
            held.add(call);
        } else {
            writeCall(call);
        }
    }

    /** Writes a call that the server makes by itself. */
    void unaskedCall(RunTools.Offered offered, String arguments) throws InterruptedException {
        String stepId = openToolStep();
        lastCall++;
        session.emit(new RunEvent.StepDelta(stepId, List.of(start(lastCall, Ids.toolCall(), offered))));
        serverCalls.getLast().arguments().append(arguments);
    }

    private void count(String piece) {
        characters += piece.length();
        limits.checkMessage(characters);
        limits.checkEvents(session.position() + 1);
    }

    /** Whether the reply had any text or refusal. */
    boolean wroteMessage() {
        return messageId != null;
    }

    /** How many characters of reasoning the model has written. */
    long reasoned() {
        return reasoned;
    }

    /** Whether the reply called tools. */
    boolean calledTools() {
        return toolStepId != null || !held.isEmpty();
    }

    /** Whether the reply called functions of the API's caller. */
    boolean calledFunctions() {
        return calledFunctions;
    }

    /** The calls for the server's own tools, once the reply is over. */
    List<ToolRound.Called> serverCalls() {
        return serverCalls.stream()
                .map(call -> new ToolRound.Called(
                        Objects.requireNonNull(toolStepId), call.index(), call.id(), call.offered(),
                        call.arguments().toString()))
                .toList();
    }

    /**
     * By a call's id: its members that the protocol does not have, and the model server's id for it where that is
     * another one.
     */
    Map<String, JsonValue> extras() {
        return extras;
    }

    /** Writes the held calls, each as a whole, in order. */
    void writeHeldCalls() throws InterruptedException {
        held.sort((a, b) -> Integer.compare(a.position(), b.position()));
        for (ModelDelta.ToolCall call : held) {
            writeCall(call);
        }
        held.clear();
    }

    private String openMessage() throws InterruptedException {
        if (messageId == null) {
            long now = now();
            messageId = Ids.message();
            Message message = new Message(
                    messageId, now, run.assistantId(), run.threadId(), run.id(), MessageStatus.IN_PROGRESS, null, null,
                    null, Role.ASSISTANT, List.of(), List.of(), Map.of());
            RunStep step = newStep(Ids.step(), StepDetails.MessageCreation.of(messageId), now);
            session.emit(
                    RunEvent.StepChanged.created(step),
                    RunEvent.StepChanged.of(step),
                    RunEvent.MessageChanged.created(message),
                    RunEvent.MessageChanged.of(message));
            for (String image : files.images()) {
                session.emit(new RunEvent.MessageDelta(messageId, List.of(imagePart(parts++, image))));
            }
        }
        return messageId;
    }

    private static ContentDelta imagePart(int index, String fileId) {
        ObjectNode json = Json.object().put("index", index).put("type", "image_file");
        json.putObject("image_file").put("file_id", fileId);
        return new ContentDelta.Other(index, JsonValue.of(json));
    }

    private void writeCall(ModelDelta.ToolCall call) throws InterruptedException {
        String stepId = openToolStep();
        if (call.position() > lastCall) {
            lastCall = call.position();
            session.emit(new RunEvent.StepDelta(stepId, List.of(start(call))));
        }
        if (call.arguments().isEmpty()) {
            return;
        }
        ServerCall server = serverCalls.isEmpty() ? null : serverCalls.getLast();
        if (server == null || server.index() != call.position()) {
            session.emit(new RunEvent.StepDelta(
                    stepId, List.of(ToolCallDelta.Function.more(call.position(), call.arguments()))));
            return;
        }
        server.arguments().append(call.arguments());
        JsonValue more = server.display().more(call.arguments());
        if (!more.equals(JsonValue.EMPTY_OBJECT)) {
            String type = server.offered().tool().type();
            session.emit(new RunEvent.StepDelta(stepId, List.of(ServerCalls.more(call.position(), type, more))));
        }
    }

    private ToolCallDelta start(ModelDelta.ToolCall call) {
        Optional<RunTools.Offered> offered = tools.named(call.name());
        if (offered.isEmpty()) {
            calledFunctions = true;
            return ToolCallDelta.Function.start(call.position(), call.id(), call.name());
        }
        return start(call.position(), call.id(), offered.get());
    }

    private ToolCallDelta start(int index, String id, RunTools.Offered offered) {
        CallDisplay display = offered.tool().display(offered.settings());
        serverCalls.add(new ServerCall(index, id, offered, display, new StringBuilder()));
        return ServerCalls.start(index, id, offered.tool().type(), display.start());
    }

    private String openToolStep() throws InterruptedException {
        if (toolStepId == null) {
            endText();
            long now = now();
            if (messageId != null) {
                // The usage of the reply is known at its end, and is counted with the tool step.
                session.emitFrom(fold -> RunEnding.stepCompleted(fold, now, Usage.NONE));
            }
            toolStepId = Ids.step();
            RunStep step = newStep(toolStepId, new StepDetails.ToolCalls(List.of()), now);
            session.emit(RunEvent.StepChanged.created(step), RunEvent.StepChanged.of(step));
        }
        return toolStepId;
    }

    private RunStep newStep(String id, StepDetails details, long now) {
        return new RunStep(
                id, now, run.id(), run.assistantId(), run.threadId(), StepStatus.IN_PROGRESS, null, null, null,
                run.expiresAt(), null, null, details, served, null);
    }

    private long now() {
        return context.now();
    }
}
