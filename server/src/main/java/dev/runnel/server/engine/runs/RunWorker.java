package dev.runnel.server.engine.runs;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.FinishReason;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.prompts.Tokens;
import dev.runnel.server.model.ModelDelta;
import dev.runnel.server.model.ModelException;
import dev.runnel.server.model.ModelStream;
import dev.runnel.server.model.PromptTooLongException;
import dev.runnel.server.store.rows.StepNotes;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Executes a run: from queued to its end, or to where it requires action. Blocking, on a virtual thread of its own. However it
 * comes out, the log is then at rest, unless the run was asked to stop: {@link RunExecutor} writes that ending.
 */
final class RunWorker {
    private static final System.Logger LOG = System.getLogger(RunWorker.class.getName());

    /** How often a prompt that is too long for its model is shortened: by then it has less than a tenth of its length. */
    private static final int MAX_SHORTENED = 4;

    private final RunSession session;
    private final RunContext context;
    private final RunPolicy policy;
    private @Nullable CallUsage lastCall;

    /** How far the log had come when the worker last waited for its model. */
    private long appendedBefore;

    RunWorker(RunSession session, RunContext context) {
        this.session = session;
        this.context = context;
        this.policy = context.policy();
    }

    void work() throws InterruptedException {
        try {
            session.begin(now());
            if (session.see(Prompts::completionLeft).filter(left -> left <= 0).isPresent()) {
                outOfBudget("max_completion_tokens");
                return;
            }
            Optional<Prompt> prompt = prompt();
            if (prompt.isPresent()) {
                ask(prompt.get());
            } else {
                outOfBudget("max_prompt_tokens");
            }
        } catch (StoppedException e) {
            stopped("before it was done");
        } catch (ModelException e) {
            fail(error(e));
        } catch (RunLimits.ExceededException e) {
            fail(new LastError("server_error", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "run " + session.runId() + " hit a fault of the server's", e);
            fail(new LastError("server_error", "Sorry, something went wrong."));
        } catch (OutOfMemoryError e) { // what the run held is free by now
            LOG.log(Level.ERROR, "run " + session.runId() + " needs more memory than there is", e);
            fail(new LastError("server_error", "The server has not enough memory for this run."));
        }
    }

    /** The prompt for the next model call; empty if it is more than what is left of the run's prompt tokens. */
    private Optional<Prompt> prompt() {
        Run run = session.run();
        Optional<Long> left = session.see(Prompts::promptLeft);
        if (left.isPresent() && left.get() <= 0) {
            return Optional.empty();
        }
        List<Message> thread = context.database().read(sql -> Prompts.thread(sql, run, left));
        Prompt whole = session.prompt(thread);
        return left.isEmpty() ? Optional.of(whole) : whole.fit(left.get());
    }

    /** No model server tells its window before it refuses a prompt, so that only then it is shortened. */
    private void ask(Prompt prompt) throws InterruptedException {
        Prompt fitting = prompt;
        for (int shortened = 0; shortened < MAX_SHORTENED; shortened++) {
            try {
                ask(fitting.request());
                return;
            } catch (PromptTooLongException e) {
                fitting = shorter(fitting, e);
            }
        }
        ask(fitting.request());
    }

    private Prompt shorter(Prompt prompt, PromptTooLongException refusal) {
        if (lastCall != null && lastCall.begun()) {
            throw refusal;
        }
        long tokens = Tokens.of(prompt.request());
        long roomBesidesTheReply = refusal.window().orElse(0) / 4 * 3;
        boolean useful = roomBesidesTheReply > 0 && roomBesidesTheReply < tokens;
        Prompt shorter = prompt.shorten(useful ? roomBesidesTheReply : tokens / 2);
        if (shorter.threadLength() == prompt.threadLength()) {
            throw refusal;
        }
        return shorter;
    }

    /** A model that breaks off after it has begun is asked again, if that is the policy: what it had written is given up. */
    private void ask(ChatRequest prompt) throws InterruptedException {
        for (int tries = 1;; tries++) {
            try {
                call(prompt);
                return;
            } catch (ModelException e) {
                boolean brokeOff = lastCall != null && lastCall.begun();
                if (policy.onModelBreak() == OnFault.FAIL || !brokeOff || tries == RunPolicy.MAX_TRIES) {
                    throw e;
                }
                LOG.log(Level.INFO, "run {0}: {1}; it is asked again", session.runId(), e.getMessage());
                long now = now();
                Usage used = used();
                session.emitFrom(fold -> RunEnding.stepFailed(fold, now, error(e), used));
            }
        }
    }

    private void call(ChatRequest prompt) throws InterruptedException {
        CallUsage used = new CallUsage(prompt);
        lastCall = used;
        ChatRequest shown = context.images().inline(prompt);
        ReplyWriter writer = new ReplyWriter(session, context);
        long begun = System.nanoTime();
        boolean whole = false;
        String reason;
        try (ModelStream call = session.call(() -> context.model().stream(shown))) {
            reason = read(call, used, writer);
            whole = true;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            context.observer().modelCallEnded(session.run(), took, used.usage(), !whole);
        }
        finish(writer, reason, used.usage());
    }

    /** Writes a reply as it comes; answers its finish reason. */
    private String read(ModelStream call, CallUsage used, ReplyWriter writer) throws InterruptedException {
        String reason = "";
        for (ModelDelta delta; (delta = next(call)) != null;) {
            if (!used.begun()) {
                context.observer().firstToken(session.run());
            }
            used.add(delta);
            switch (delta) {
                case ModelDelta.Text text -> writer.text(text.text());
                case ModelDelta.Refusal refusal -> writer.refusal(refusal.text());
                case ModelDelta.ToolCall toolCall -> writer.toolCall(toolCall);
                case ModelDelta.Finished finished -> reason = finished.reason();
                case ModelDelta.Reasoning reasoning -> writer.reasoning(reasoning.text());
                case ModelDelta.Used _ -> {
                }
            }
        }
        return reason;
    }

    /**
     * A worker takes what has arrived, and before it waits for more it waits until what it appended the time before is durable: it is
     * never further ahead of its readers. Under load several tokens then share a read, a commit and a write; an idle disk delays
     * nothing.
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

    private void finish(ReplyWriter writer, String reason, Usage used) throws InterruptedException {
        long now = now();
        switch (FinishReason.of(reason)) {
            case LIMIT ->
                    session.emitFrom(
                            fold -> RunEnding.incomplete(fold, now, "max_tokens", "max_completion_tokens", used));
            case FILTERED ->
                    session.emitFrom(fold -> RunEnding.incomplete(fold, now, "content_filter", "content_filter", used));
            case FAILED -> throw fault("The model server gave the reply up: its finish reason is '" + reason + "'.");
            case COMPLETE -> complete(writer, used);
            case UNKNOWN -> {
                LOG.log(Level.WARNING,
                        "run {0}: the finish reason ''{1}'' is not known; the reply is taken for complete",
                        session.runId(),
                        reason.substring(0, Math.min(reason.length(), 100)).replaceAll("\\p{Cntrl}", " "));
                complete(writer, used);
            }
        }
    }

    private void complete(ReplyWriter writer, Usage used) throws InterruptedException {
        long now = now();
        if (writer.calledTools()) {
            writer.writeHeldCalls();
            policy.limits().checkRounds(session.see(RunWorker::rounds));
            session.work(it -> it.requireAction(new StepNotes(used, writer.extras())));
        } else if (writer.wroteMessage()) {
            session.emitFrom(fold -> RunEnding.completed(fold, now, used));
        } else if (writer.reasoned() > 0) {
            throw fault("The model only reasoned, in " + writer.reasoned()
                    + " characters, and answered nothing: no text and no tool call.");
        } else {
            throw fault("The model answered nothing at all: no text and no tool call. Is the prompt too long for it?");
        }
    }

    private static ModelException fault(String message) {
        return new ModelException(ModelException.Kind.SERVER_ERROR, message, null);
    }

    /** The rounds of tool calls so far, with the one that is under way. */
    private static long rounds(RunFold fold) {
        return fold.steps().stream()
                .filter(step -> step.stepDetails() instanceof StepDetails.ToolCalls)
                .filter(step -> step.status() != StepStatus.FAILED)
                .count();
    }

    private static LastError error(ModelException e) {
        return new LastError(e.kind().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()));
    }

    private void outOfBudget(String reason) throws InterruptedException {
        session.emitFrom(fold -> RunEnding.incomplete(fold, now(), "max_tokens", reason, Usage.NONE));
    }

    private void fail(LastError error) throws InterruptedException {
        long now = now();
        Usage used = used();
        try {
            session.emitFrom(fold -> RunEnding.failed(fold, now, error, used));
        } catch (StoppedException e) {
            // A model call that was closed to stop the run fails because of that.
            stopped(error.message());
        }
    }

    private void stopped(String how) {
        LOG.log(Level.DEBUG, "run {0} was stopped: {1}", session.runId(), how);
        session.interrupted(used());
    }

    /** The usage of the last model call. */
    private Usage used() {
        return lastCall == null ? Usage.NONE : lastCall.usage();
    }

    private long now() {
        return context.now();
    }
}
