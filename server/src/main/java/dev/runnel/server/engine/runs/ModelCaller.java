package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelException;
import dev.runnel.model.ModelStream;
import dev.runnel.model.PromptTooLongException;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.FinishReason;
import dev.runnel.server.base.OnFault;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Tokens;
import dev.runnel.server.engine.prompts.Truncation;
import dev.runnel.server.tool.RunTools;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks a run's model for a reply, and writes the reply into the run's log as it arrives. Shortens a prompt that is too
 * long, and repeats a call that broke off if the policy says so. For the worker's thread alone.
 */
final class ModelCaller {
    private static final System.Logger LOG = System.getLogger(ModelCaller.class.getName());

    /**
     * How often a prompt that is too long for its model is shortened. After that it has less than a tenth of its
     * length.
     */
    private static final int MAX_SHORTENED = 4;

    private final RunSession session;
    private final RunContext context;
    private final RunTools tools;
    private @Nullable CallUsage lastCall;

    /** The log's position when the worker last waited for its model. */
    private long appendedBefore;

    ModelCaller(RunSession session, RunContext context, RunTools tools) {
        this.session = session;
        this.context = context;
        this.tools = tools;
    }

    /**
     * A complete reply.
     *
     * @param writer has written the reply into the log
     * @param reason the finish reason, in the model server's words
     */
    record Reply(ReplyWriter writer, String reason, Usage used) {}

    /** The usage of the last call, if no step was charged with it yet. */
    Usage used() {
        return lastCall == null ? Usage.NONE : lastCall.usage();
    }

    /** Notes that a step was charged with the usage of the last call. */
    void charged() {
        lastCall = null;
    }

    static LastError error(ModelException e) {
        return new LastError(e.kind().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()));
    }

    /**
     * Asks for a reply. A prompt is shortened only after a model server has refused it: none tells the size of its
     * window before.
     */
    Reply ask(Prompt prompt) throws InterruptedException {
        Prompt fitting = prompt;
        for (int shortened = 0; shortened < MAX_SHORTENED; shortened++) {
            try {
                return ask(fitting.request());
            } catch (PromptTooLongException e) {
                fitting = shorter(fitting, e);
            }
        }
        return ask(fitting.request());
    }

    private Prompt shorter(Prompt prompt, PromptTooLongException refusal) {
        if (lastCall != null && lastCall.begun()) {
            throw refusal;
        }
        long tokens = Tokens.of(prompt.request());
        long roomBesidesTheReply = refusal.window().orElse(0) / 4 * 3;
        boolean useful = roomBesidesTheReply > 0 && roomBesidesTheReply < tokens;
        Prompt shorter = Truncation.shorten(prompt, useful ? roomBesidesTheReply : tokens / 2);
        if (shorter.threadLength() == prompt.threadLength()) {
            throw refusal;
        }
        return shorter;
    }

    /**
     * Asks for a reply. If the model breaks off after it has begun and the policy is to try again, the step with the
     * partial reply fails and the model is asked again.
     */
    private Reply ask(ChatRequest prompt) throws InterruptedException {
        for (int tries = 1;; tries++) {
            try {
                return call(prompt);
            } catch (ModelException e) {
                boolean brokeOff = lastCall != null && lastCall.begun();
                if (context.policy().onModelBreak() == OnFault.FAIL || !brokeOff || tries == RunPolicy.MAX_TRIES) {
                    throw e;
                }
                LOG.log(Level.INFO, "run {0} asks the model again: {1}", session.runId(), e.getMessage());
                long now = context.now();
                Usage used = used();
                session.emitFrom(fold -> RunEnding.stepFailed(fold, now, error(e), used));
            }
        }
    }

    private Reply call(ChatRequest prompt) throws InterruptedException {
        CallUsage used = new CallUsage(prompt);
        lastCall = used;
        ChatRequest shown = context.images().inline(prompt);
        ReplyWriter writer = new ReplyWriter(session, context, tools);
        String reason;
        try (ModelStream call = session.call(() -> context.model().stream(shown))) {
            reason = read(call, used, writer);
        } finally {
            context.usage().called(session.project(), used.usage().totalTokens());
        }
        writer.endText();
        check(writer, reason);
        return new Reply(writer, reason, used.usage());
    }

    /** Writes a reply as it arrives. Returns its finish reason. */
    private String read(ModelStream call, CallUsage used, ReplyWriter writer) throws InterruptedException {
        String reason = "";
        for (ModelDelta delta; (delta = next(call)) != null;) {
            used.add(delta);
            switch (delta) {
                case ModelDelta.Text text -> writer.text(text.text());
                case ModelDelta.Refusal refusal -> writer.refusal(refusal.text());
                case ModelDelta.ToolCall toolCall -> writer.toolCall(toolCall);
                case ModelDelta.Finished finished -> reason = FinishReason.last(reason, finished.reason());
                case ModelDelta.Reasoning reasoning -> writer.reasoning(reasoning.text());
                case ModelDelta.Answered answered -> writer.answered(answered);
                case ModelDelta.Used _ -> {
                }
            }
        }
        return reason;
    }

    /**
     * The next delta; null at the end. If none has arrived, the worker first waits until the events that it had
     * appended by its previous wait are durable. So the worker never gets far ahead of its readers: under load several
     * tokens share a read, a commit and a write, and an idle disk delays nothing.
     */
    private @Nullable ModelDelta next(ModelStream call) throws InterruptedException {
        ModelDelta arrived = call.nextArrived();
        if (arrived != null) {
            return arrived;
        }
        session.awaitDurable(appendedBefore);
        appendedBefore = session.position();
        return call.next();
    }

    /**
     * Checks that a reply has text or a tool call, unless it was cut off: an empty reply is the model server's fault.
     */
    private static void check(ReplyWriter writer, String reason) {
        switch (FinishReason.of(reason)) {
            case LIMIT, FILTERED -> {
            }
            case FAILED -> throw fault("The model server ended the reply with the finish reason '" + reason + "'.");
            case COMPLETE, UNKNOWN -> {
                if (writer.calledTools() || writer.wroteMessage()) {
                    return;
                }
                throw reason.equals("tool_calls")
                        ? fault("The model server ended the reply with the finish reason 'tool_calls', but sent no tool call.")
                        : writer.reasoned() > 0
                                ? fault("The model sent " + writer.reasoned()
                                        + " characters of reasoning, but no text and no tool call.")
                                : fault("The model sent an empty reply: no text and no tool call. Perhaps the prompt is too"
                                        + " long for the model.");
            }
        }
    }

    private static ModelException fault(String message) {
        return new ModelException(ModelException.Kind.SERVER_ERROR, message, null);
    }
}
