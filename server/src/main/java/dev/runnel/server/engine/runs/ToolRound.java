package dev.runnel.server.engine.runs;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.store.rows.StepNotes.ServedCall;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ToolNotes;
import dev.runnel.server.tool.RunTools;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out one reply's calls of the server's own tools, one after another: official clients do not return to an
 * earlier call of a step. For the worker's thread alone.
 */
final class ToolRound {
    private static final String NOT_CARRIED_OUT = "This call was not carried out, because the limit of tool calls is reached. Answer with what you have.";

    private final RunSession session;
    private final RunContext context;
    private final RunLimits limits;

    ToolRound(RunSession session, RunContext context) {
        this.session = session;
        this.context = context;
        this.limits = context.policy().limits();
    }

    /**
     * A call for one of the server's tools.
     *
     * @param stepId of the step that shows the call
     * @param index of the call in that step
     * @param arguments as the model wrote them
     */
    record Called(String stepId, int index, String id, RunTools.Offered offered, String arguments) {}

    /**
     * Carries out calls. Returns their results, by the calls' ids.
     *
     * @param most how many are carried out; of the others the model is told that they are not
     */
    Map<String, ServedCall> serve(List<Called> calls, long most) throws InterruptedException {
        Map<String, ServedCall> served = new LinkedHashMap<>();
        for (Called call : calls) {
            ToolResult result = served.size() < most ? execute(call) : ToolResult.of(NOT_CARRIED_OUT);
            served.put(call.id(), new ServedCall(
                    call.offered().name(), call.arguments(), result.output(), result.shown(), result.whole(),
                    result.sources(), result.files()));
        }
        return served;
    }

    private ToolResult execute(Called called) throws InterruptedException {
        ToolCall call = new ToolCall(
                called.id(), called.index(), called.arguments(), called.offered().settings());
        Progress progress = new Progress(called, session.run());
        long begun = System.nanoTime();
        boolean whole = false;
        try {
            progress.tell(new HiddenEvent(
                    "tool.executing", JsonValue.of(Map.of("step_id", called.stepId())).with(
                            Map.of("index", called.index()))));
            ToolResult result = session.serve(() -> called.offered().tool().execute(call, progress));
            progress.count(result.output().length());
            whole = true;
            return result;
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            context.observer().toolEnded(
                    progress.run(), called.offered().tool().type(), called.id(), took, !whole);
        }
    }

    /** Writes what a tool reports while it carries out a call. */
    private final class Progress implements ToolContext {
        private final Called called;
        private final Run run;
        private long characters;

        private Progress(Called called, Run run) {
            this.called = called;
            this.run = run;
        }

        @Override
        public Run run() {
            return run;
        }

        @Override
        public long stepsBefore() {
            long own = session.see(RunFold::steps).stream().takeWhile(step -> !step.id().equals(called.stepId()))
                    .count();
            return own + context.database().read(sql -> Store.stepsOfOtherRuns(sql, run));
        }

        @Override
        public Optional<JsonValue> kept() {
            return context.database().read(sql -> ToolNotes.find(sql, run.threadId(), type()));
        }

        @Override
        public void keep(JsonValue kept) {
            context.database().write(sql -> {
                ToolNotes.put(sql, run.threadId(), type(), kept);
                return true;
            });
        }

        private String type() {
            return called.offered().tool().type();
        }

        @Override
        public void show(JsonValue more) throws InterruptedException {
            count(more.toString().length());
            session.emit(new RunEvent.StepDelta(
                    called.stepId(), List.of(ServerCalls.more(called.index(), type(), more))));
        }

        @Override
        public void tell(HiddenEvent progress) throws InterruptedException {
            count(progress.data().toString().length());
            session.work(it -> it.append(progress));
        }

        @Override
        public <C extends AutoCloseable> C closeAtEnd(C resource) {
            return session.hold(resource);
        }

        private void count(int more) {
            characters += more;
            limits.checkToolOutput(characters);
            limits.checkEvents(session.position() + 1);
        }
    }
}
