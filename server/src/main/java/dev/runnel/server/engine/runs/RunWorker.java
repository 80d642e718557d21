package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelException;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.chat.FinishReason;
import dev.runnel.server.engine.prompts.History;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.prompts.Truncation;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.tool.RunTools;
import dev.runnel.server.tool.ToolException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Executes a queued run until it ends or requires action. It asks the model, carries out the calls of the server's own
 * tools, and asks again. Blocks, on a virtual thread of its own. Afterwards the run has ended or requires action, with
 * two exceptions: if the run was asked to stop, {@link RunExecutor} writes its ending, and if its log cannot be
 * written, an exception is thrown.
 */
final class RunWorker {
    private static final System.Logger LOG = System.getLogger(RunWorker.class.getName());

    private final RunSession session;
    private final RunContext context;
    private final RunTools tools;
    private final ModelCaller model;
    private final ToolRound toolRound;
    private boolean endsAtCalls;

    /** How many calls of the server's own tools may still be carried out. */
    private long callsLeft = Long.MAX_VALUE;

    RunWorker(RunSession session, RunContext context) {
        this.session = session;
        this.context = context;
        this.tools = context.tools().of(session.run());
        this.model = new ModelCaller(session, context, tools);
        this.toolRound = new ToolRound(session, context);
    }

    void work() throws InterruptedException {
        try {
            session.begin(context.now());
            prepareTools();
            callUnasked();
            boolean goesOn = true;
            while (goesOn) {
                goesOn = round();
            }
        } catch (StoppedException e) {
            stopped("before it was done");
        } catch (ModelException e) {
            fail(ModelCaller.error(e));
        } catch (ToolException e) {
            LOG.log(Level.DEBUG, "a tool of run " + session.runId() + " failed", e);
            fail(new LastError("server_error", String.valueOf(e.getMessage())));
        } catch (RunLimits.ExceededException e) {
            fail(new LastError("server_error", String.valueOf(e.getMessage())));
        } catch (OwnershipLostException e) {
            throw e; // nothing more can be written, not even an ending
        } catch (StoreException e) {
            if (e.outage().isPresent()) {
                throw e; // the run goes on when there is a place for its events again
            }
            failByFault(e);
        } catch (RuntimeException e) {
            failByFault(e);
        } catch (OutOfMemoryError e) { // the memory that the run held is free by now
            LOG.log(Level.ERROR, "the server does not have enough memory for run " + session.runId(), e);
            fail(new LastError("server_error", "The server does not have enough memory for this run."));
        }
    }

    private void failByFault(RuntimeException fault) throws InterruptedException {
        LOG.log(Level.ERROR, "run " + session.runId() + " failed because of a fault in this server", fault);
        fail(new LastError("server_error", "Sorry, something went wrong."));
    }

    private void prepareTools() throws InterruptedException {
        for (RunTools.Offered offered : tools.ofServer()) {
            session.serve(() -> {
                offered.tool().prepare(session.run());
                return true;
            });
        }
    }

    /** Carries out the calls that the server makes by itself, unless an earlier try of the run has done so. */
    private void callUnasked() throws InterruptedException {
        if (tools.ofServer().isEmpty()) {
            return; // most runs: the question need not be read
        }
        if (session.see(RunWorker::rounds) > 0 || session.run().toolChoice().text().equals("none")) {
            return;
        }
        String question = question();
        ReplyWriter writer = new ReplyWriter(session, context, tools);
        for (RunTools.Offered offered : tools.ofServer()) {
            Optional<String> arguments = question.isBlank() ? Optional.empty() : offered.tool().unasked(question);
            if (arguments.isPresent()) {
                writer.unaskedCall(offered, arguments.get());
            }
        }
        if (writer.calledTools()) {
            completeTools(new StepNotes(Usage.NONE, Map.of(), toolRound.serve(writer.serverCalls(), callsLeft)));
        }
    }

    /** The text of the user's last message. */
    private String question() throws InterruptedException {
        Run run = session.run();
        return context.database().readPatiently(sql -> Prompts.lastOfUser(sql, run)).map(Message::text).orElse("");
    }

    private void completeTools(StepNotes notes) throws InterruptedException {
        long now = context.now();
        session.work(it -> it.completeTools(notes, now));
    }

    /**
     * Gets one reply of the model and carries out its calls of server tools. Returns whether to ask the model again.
     */
    private boolean round() throws InterruptedException {
        if (session.see(Prompts::completionLeft).filter(left -> left <= 0).isPresent()) {
            return outOfBudget("max_completion_tokens");
        }
        long begun = System.nanoTime();
        Optional<Prompt> prompt = prompt();
        context.observer().prompted(session.run(), Duration.ofNanos(System.nanoTime() - begun));
        return prompt.isPresent() ? finish(model.ask(prompt.get())) : outOfBudget("max_prompt_tokens");
    }

    /** The prompt for the next model call; empty if it needs more prompt tokens than the run has left. */
    private Optional<Prompt> prompt() throws InterruptedException {
        Optional<Long> left = session.see(Prompts::promptLeft);
        if (left.isPresent() && left.get() <= 0) {
            return Optional.empty();
        }
        Run run = session.run();
        History history = context.database().readPatiently(sql -> Prompts.history(sql, run, left));
        endsAtCalls = history.endsAtCalls();
        Long most = history.maxToolCalls();
        callsLeft = most == null ? Long.MAX_VALUE : most - session.see(RunWorker::served);
        Prompt whole = session.prompt(history, callsLeft > 0 ? tools : tools.ofCaller());
        return left.isEmpty() ? Optional.of(whole) : Truncation.fit(whole, left.get());
    }

    private boolean outOfBudget(String reason) throws InterruptedException {
        session.emitFrom(fold -> RunEnding.incomplete(fold, context.now(), "max_tokens", reason, Usage.NONE));
        return false;
    }

    private boolean finish(ModelCaller.Reply reply) throws InterruptedException {
        long now = context.now();
        Usage used = reply.used();
        switch (FinishReason.of(reply.reason())) {
            case LIMIT -> session.emitFrom(
                    fold -> RunEnding.incomplete(fold, now, "max_tokens", "max_completion_tokens", used));
            case FILTERED -> session.emitFrom(
                    fold -> RunEnding.incomplete(fold, now, "content_filter", "content_filter", used));
            case UNKNOWN -> {
                String reason = reply.reason();
                LOG.log(Level.WARNING,
                        "run {0}: the finish reason ''{1}'' is unknown; the server treats the reply as complete",
                        session.runId(),
                        reason.substring(0, Math.min(reason.length(), 100)).replaceAll("\\p{Cntrl}", " "));
                return complete(reply);
            }
            case COMPLETE, FAILED -> { // ModelCaller throws for a failed reply
                return complete(reply);
            }
        }
        return false;
    }

    private boolean complete(ModelCaller.Reply reply) throws InterruptedException {
        ReplyWriter writer = reply.writer();
        if (!writer.calledTools()) {
            long now = context.now();
            session.emitFrom(fold -> RunEnding.completed(fold, now, reply.used()));
            return false;
        }
        writer.writeHeldCalls();
        context.policy().limits().checkRounds(session.see(RunWorker::rounds));
        StepNotes notes = new StepNotes(reply.used(), writer.extras(),
                toolRound.serve(writer.serverCalls(), callsLeft));
        if (writer.calledFunctions()) {
            long now = context.now();
            session.work(it -> {
                if (endsAtCalls) {
                    it.endAtCalls(notes, now);
                } else {
                    it.requireAction(notes);
                }
            });
            return false;
        }
        completeTools(notes);
        model.charged();
        return true;
    }

    /** The number of rounds of tool calls so far, including the current one. */
    private static long rounds(RunFold fold) {
        return fold.steps().stream()
                .filter(step -> step.stepDetails() instanceof StepDetails.ToolCalls)
                .filter(step -> step.status() != StepStatus.FAILED)
                .count();
    }

    /** The number of calls of the server's own tools so far. */
    private static long served(RunFold fold) {
        return fold.steps().stream()
                .filter(step -> step.status() != StepStatus.FAILED)
                .flatMap(step -> step.stepDetails() instanceof StepDetails.ToolCalls details
                        ? details.toolCalls().stream()
                        : Stream.empty())
                .filter(call -> !(call instanceof StepToolCall.Function))
                .count();
    }

    private void fail(LastError error) throws InterruptedException {
        long now = context.now();
        Usage used = model.used();
        try {
            session.emitFrom(fold -> RunEnding.failed(fold, now, error, used));
        } catch (StoppedException e) {
            // The stop has closed the model call, and so made it fail.
            stopped(error.message());
        }
    }

    private void stopped(String how) {
        LOG.log(Level.DEBUG, "run {0} was stopped: {1}", session.runId(), how);
        session.interrupted(model.used());
    }
}
